"""What the atlas says to people: languages, names of keys, sentences for what is wrong."""
