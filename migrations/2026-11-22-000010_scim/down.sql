DROP INDEX people_by_organisation;
DROP INDEX service_tokens_by_organisation;
ALTER TABLE service_tokens DROP COLUMN stopped_at;
ALTER TABLE service_tokens DROP COLUMN departures_until;
ALTER TABLE service_tokens DROP COLUMN departures;
DROP TABLE scim_departures;
DROP TABLE scim_people;
