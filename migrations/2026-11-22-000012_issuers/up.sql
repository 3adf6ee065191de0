-- Who issued a secret that works once: it opens nothing once they may not issue it any more. Null of tickets and of
-- the first administrator's link, which nobody issues; a link that sets a password and says nobody is void.
ALTER TABLE one_time ADD COLUMN issued_by UUID;
CREATE INDEX one_time_by_issuer ON one_time (issued_by) WHERE issued_by IS NOT NULL;
CREATE INDEX enrolments_by_issuer ON enrolments (issued_by);

-- Who had a list done, or undone, last: whoever leaves by it and has a role loses it by them. Nil of a command on the
-- server's own machine; null until then.
ALTER TABLE imports ADD COLUMN done_by UUID;
