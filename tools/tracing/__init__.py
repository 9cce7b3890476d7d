"""What tools/trace is made of: events.py reads them, chrome.py, sequence.py and page.py show them."""
