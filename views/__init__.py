"""The pages: layout that calls the floors below. Only this folder and app.py know Streamlit."""
