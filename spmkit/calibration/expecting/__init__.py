"""What each rep is expected to sell: methods that compete, held against the past."""
