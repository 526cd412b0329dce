"""Roadmap Atlas: page set-up and navigation."""

from __future__ import annotations

import streamlit as st

from views import frame

st.set_page_config(page_title="Roadmap Atlas", layout="wide", initial_sidebar_state="collapsed")
frame.navigation().run()
