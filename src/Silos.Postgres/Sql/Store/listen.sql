-- Hears of what enters the inbox.
listen silos_inbox
