//! The tables, as the migrations make them.

#![expect(missing_docs, reason = "the columns are documented where the migrations make them")]

diesel::table! {
    use crate::store::types::{Key, Moment};
    use diesel::sql_types::*;

    installation (id) {
        id -> Integer,
        epoch -> Text,
        kind -> Text,
        key_check -> Binary,
        server_identity -> Text,
        created_at -> Moment,
    }
}

diesel::table! {
    use crate::store::types::{Key, Moment};
    use diesel::sql_types::*;

    organisations (id) {
        id -> Key,
        name -> Text,
        short_name -> Text,
        operations_number -> Nullable<Text>,
        created_at -> Moment,
    }
}

diesel::table! {
    use crate::store::types::{Key, Moment};
    use diesel::sql_types::*;

    invented_countries (code) {
        code -> Text,
        name -> Text,
        lat -> Double,
        lon -> Double,
        radius_km -> Double,
        time_zone -> Text,
    }
}

diesel::table! {
    use crate::store::types::{Key, Moment};
    use diesel::sql_types::*;

    offices (id) {
        id -> Key,
        organisation -> Key,
        country -> Text,
        name -> Text,
        duty_number -> Nullable<Text>,
        emergency_number -> Nullable<Text>,
        created_at -> Moment,
    }
}

diesel::table! {
    use crate::store::types::{Key, Moment};
    use diesel::sql_types::*;

    duty_stations (id) {
        id -> Key,
        office -> Key,
        name -> Text,
        time_zone -> Text,
        lat -> Double,
        lon -> Double,
        created_at -> Moment,
    }
}

diesel::table! {
    use crate::store::types::{Key, Moment};
    use diesel::sql_types::*;

    people (id) {
        id -> Key,
        office -> Key,
        duty_station -> Nullable<Key>,
        kind -> Text,
        name -> Text,
        folded -> Text,
        email -> Nullable<Text>,
        languages -> Text,
        call_sign -> Nullable<Text>,
        left_at -> Nullable<Moment>,
        created_at -> Moment,
    }
}

diesel::table! {
    use crate::store::types::{Key, Moment};
    use diesel::sql_types::*;

    phones (id) {
        id -> Key,
        person -> Key,
        kind -> Text,
        number -> Binary,
        number_index -> Binary,
        position -> BigInt,
        verified_at -> Nullable<Moment>,
    }
}

diesel::table! {
    use crate::store::types::{Key, Moment};
    use diesel::sql_types::*;

    grants (id) {
        id -> Key,
        person -> Key,
        role -> Text,
        area -> Text,
        area_id -> Nullable<Key>,
        valid_from -> Moment,
        valid_until -> Nullable<Moment>,
        granted_by -> Nullable<Key>,
        created_at -> Moment,
    }
}

diesel::table! {
    use crate::store::types::{Key, Moment};
    use diesel::sql_types::*;

    accounts (person) {
        person -> Key,
        password -> Text,
        changed_at -> Moment,
    }
}

diesel::table! {
    use crate::store::types::{Key, Moment};
    use diesel::sql_types::*;

    sessions (id) {
        id -> Binary,
        person -> Key,
        created_at -> Moment,
        expires_at -> Moment,
        ended_at -> Nullable<Moment>,
    }
}

diesel::table! {
    use crate::store::types::{Key, Moment};
    use diesel::sql_types::*;

    one_time (hash) {
        hash -> Binary,
        purpose -> Text,
        person -> Nullable<Key>,
        expires_at -> Moment,
        used_at -> Nullable<Moment>,
    }
}

diesel::table! {
    use crate::store::types::{Key, Moment};
    use diesel::sql_types::*;

    devices (id) {
        id -> Key,
        person -> Key,
        name -> Text,
        public_key -> Binary,
        enrolled_at -> Moment,
        revoked_at -> Nullable<Moment>,
    }
}

diesel::table! {
    use crate::store::types::{Key, Moment};
    use diesel::sql_types::*;

    enrolments (code) {
        code -> Binary,
        person -> Key,
        issued_by -> Key,
        expires_at -> Moment,
        used_at -> Nullable<Moment>,
        device -> Nullable<Key>,
    }
}

diesel::table! {
    use crate::store::types::{Key, Moment};
    use diesel::sql_types::*;

    refreshes (hash) {
        hash -> Binary,
        device -> Key,
        issued_at -> Moment,
        used_at -> Nullable<Moment>,
        next -> Nullable<Binary>,
    }
}

diesel::table! {
    use crate::store::types::{Key, Moment};
    use diesel::sql_types::*;

    heads (scope) {
        scope -> Key,
        seq -> BigInt,
        hash -> Binary,
    }
}

diesel::table! {
    use crate::store::types::{Key, Moment};
    use diesel::sql_types::*;

    events (scope, seq) {
        scope -> Key,
        seq -> BigInt,
        id -> Key,
        class -> Text,
        kind -> Text,
        subject -> Key,
        actor -> Nullable<Key>,
        cause -> Nullable<Key>,
        request_key -> Nullable<Key>,
        occurred_at -> Moment,
        received_at -> Moment,
        payload -> Nullable<Binary>,
        payload_hash -> Binary,
        prev_hash -> Binary,
        hash -> Binary,
    }
}

diesel::table! {
    use crate::store::types::{Key, Moment};
    use diesel::sql_types::*;

    subject_keys (subject, scope) {
        subject -> Key,
        scope -> Key,
        wrapped -> Binary,
    }
}

diesel::table! {
    use crate::store::types::{Key, Moment};
    use diesel::sql_types::*;

    requests (actor, request_key) {
        actor -> Key,
        request_key -> Key,
        body_hash -> Binary,
        answer -> Binary,
        stored_at -> Moment,
    }
}

diesel::table! {
    use crate::store::types::{Key, Moment};
    use diesel::sql_types::*;

    timers (id) {
        id -> Key,
        kind -> Text,
        subject -> Key,
        generation -> BigInt,
        due_at -> Moment,
        fired_at -> Nullable<Moment>,
    }
}

diesel::table! {
    use crate::store::types::{Key, Moment};
    use diesel::sql_types::*;

    cases (id) {
        id -> Key,
        person -> Nullable<Key>,
        device -> Nullable<Key>,
        reporter -> Nullable<Key>,
        state -> Text,
        is_open -> Bool,
        owner -> Nullable<Key>,
        revision -> BigInt,
        idle_generation -> BigInt,
        opened_at -> Moment,
        closed_at -> Nullable<Moment>,
        sealed -> Binary,
    }
}

diesel::table! {
    use crate::store::types::{Key, Moment};
    use diesel::sql_types::*;

    attempts (id) {
        id -> Key,
        actor -> Key,
        request_key -> Key,
        attempt -> BigInt,
        case_id -> Key,
        event -> Key,
        body_hash -> Binary,
        body -> Binary,
        channel -> Text,
        received_at -> Moment,
    }
}

diesel::allow_tables_to_appear_in_same_query!(
    installation,
    organisations,
    invented_countries,
    offices,
    duty_stations,
    people,
    phones,
    grants,
    accounts,
    sessions,
    one_time,
    devices,
    enrolments,
    refreshes,
    heads,
    events,
    subject_keys,
    requests,
    timers,
    cases,
    attempts
);
