"""What is shown: layers as frames, states, legends and files, and the words for them."""
