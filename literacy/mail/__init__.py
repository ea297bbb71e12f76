"""Mails: what goes out is a row first, sent by SMTP in the background, and seen by administrators."""
