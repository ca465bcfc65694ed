"""Google Health, the live source: planning, requests, failures, and days."""
