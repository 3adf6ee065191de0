//! The black-box suite: every promise of the interface, on both databases.

mod admission;
mod architecture;
mod bad_input;
mod calls;
mod claims;
mod damage;
mod devices;
mod documents;
mod duty;
mod enrolment;
mod epoch;
mod escalation;
mod floods;
mod google;
#[cfg(not(sqlite_only))]
mod held;
mod idempotency;
mod import_command;
mod imports;
mod kannel;
mod kill;
#[cfg(not(sqlite_only))]
mod ladder;
mod lanes;
mod late_bodies;
mod leaving;
mod letting_in;
mod live;
mod live_walk;
mod log;
mod malformed_frames;
mod matrix;
mod me;
mod never_refused;
mod night;
#[cfg(not(sqlite_only))]
mod nodes;
#[cfg(not(sqlite_only))]
mod outages;
mod overload;
mod own_password;
mod password_race;
mod path;
mod paused;
mod people;
mod places;
#[cfg(not(sqlite_only))]
mod postgres;
mod program;
mod push;
mod rechecks;
mod register;
#[cfg(not(sqlite_only))]
mod relay;
mod repeated;
mod revoked;
mod rights;
mod rosters;
mod scim;
mod scopes;
mod second_factor;
mod secrets;
mod sessions;
mod sign_in;
mod sign_in_storm;
mod stalled;
mod strangers;
mod test_alarm;
mod texts;
mod timers;
mod token_corpus;
mod walkthrough;
mod watched;
mod watches;
mod web_push;
