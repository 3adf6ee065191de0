-- Telephone calls that are under way; `next_at` says when one is surely over. A row may now also be ringing or answered.
CREATE INDEX deliveries_ringing ON deliveries (next_at) WHERE state = 'ringing';
