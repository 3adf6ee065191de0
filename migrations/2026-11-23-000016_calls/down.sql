DROP INDEX deliveries_ringing;
