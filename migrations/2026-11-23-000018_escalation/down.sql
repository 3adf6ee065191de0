DROP INDEX deliveries_by_time;
DROP TABLE escalation_policies;
