"""Tests of hotline.phones."""
