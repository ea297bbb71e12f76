"""The verbs and queries of cohorts. They use the session and flush; the view commits."""
