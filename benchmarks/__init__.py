"""What this program costs: against the bare SDKs, with many models, and from cold to unchanged."""
