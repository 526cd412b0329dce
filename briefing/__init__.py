"""Documents for a briefing: the view of a month as a picture for a slide."""
