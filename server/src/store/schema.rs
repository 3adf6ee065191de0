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
        seized_at -> Nullable<Moment>,
        seized_by -> Nullable<Key>,
        ended_at -> Nullable<Moment>,
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
        ended_at -> Nullable<Moment>,
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
        organisation -> Nullable<Key>,
        external_id -> Nullable<Text>,
        job_title -> Nullable<Text>,
        time_zone -> Nullable<Text>,
        zone -> Nullable<Key>,
        sponsor -> Nullable<Key>,
        supervisor -> Nullable<Key>,
        present_from -> Nullable<Moment>,
        present_until -> Nullable<Moment>,
        private -> Nullable<Binary>,
        source -> Nullable<Text>,
        staged -> Nullable<Key>,
        email_verified_at -> Nullable<Moment>,
        revision -> Nullable<BigInt>,
        changed_at -> Nullable<Moment>,
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
        verified_basis -> Nullable<Text>,
        verified_by -> Nullable<Key>,
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
        area_code -> Nullable<Text>,
        rank -> Nullable<BigInt>,
        origin -> Nullable<Text>,
        cause -> Nullable<Key>,
        letter -> Nullable<Text>,
        reason -> Nullable<Text>,
        ended_by -> Nullable<Key>,
        ended_at -> Nullable<Moment>,
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
        device -> Nullable<Text>,
        second_factor_at -> Nullable<Moment>,
        stepped_up_at -> Nullable<Moment>,
        last_seen_at -> Nullable<Moment>,
        ended_by -> Nullable<Key>,
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
        issued_by -> Nullable<Key>,
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
        last_seen_at -> Nullable<Moment>,
        revoked_by -> Nullable<Key>,
        revoke_reason -> Nullable<Text>,
        revoke_cause -> Nullable<Text>,
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
        batch -> Nullable<Key>,
        voided_at -> Nullable<Moment>,
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

diesel::table! {
    use crate::store::types::{Key, Moment};
    use diesel::sql_types::*;

    regions (id) {
        id -> Key,
        organisation -> Key,
        name -> Text,
        created_at -> Moment,
    }
}

diesel::table! {
    use crate::store::types::{Key, Moment};
    use diesel::sql_types::*;

    region_countries (region, country) {
        region -> Key,
        country -> Text,
    }
}

diesel::table! {
    use crate::store::types::{Key, Moment};
    use diesel::sql_types::*;

    grading_schemes (id) {
        id -> Key,
        name -> Text,
        grades -> Text,
        created_at -> Moment,
    }
}

diesel::table! {
    use crate::store::types::{Key, Moment};
    use diesel::sql_types::*;

    security_areas (id) {
        id -> Key,
        country -> Text,
        parent -> Nullable<Key>,
        kind -> Text,
        name -> Text,
        scheme -> Nullable<Key>,
        boundary -> Nullable<Text>,
        created_at -> Moment,
        ended_at -> Nullable<Moment>,
    }
}

diesel::table! {
    use crate::store::types::{Key, Moment};
    use diesel::sql_types::*;

    area_grades (id) {
        id -> Key,
        area -> Key,
        grade -> Text,
        reason -> Text,
        set_by -> Key,
        from_at -> Moment,
        created_at -> Moment,
    }
}

diesel::table! {
    use crate::store::types::{Key, Moment};
    use diesel::sql_types::*;

    warden_zones (id) {
        id -> Key,
        country -> Text,
        area -> Nullable<Key>,
        name -> Text,
        boundary -> Nullable<Text>,
        unreachable_since -> Nullable<Moment>,
        alerted_at -> Nullable<Moment>,
        created_at -> Moment,
        ended_at -> Nullable<Moment>,
    }
}

diesel::table! {
    use crate::store::types::{Key, Moment};
    use diesel::sql_types::*;

    premises (id) {
        id -> Key,
        office -> Key,
        duty_station -> Nullable<Key>,
        kind -> Text,
        name -> Text,
        lat -> Double,
        lon -> Double,
        created_at -> Moment,
        ended_at -> Nullable<Moment>,
    }
}

diesel::table! {
    use crate::store::types::{Key, Moment};
    use diesel::sql_types::*;

    phone_codes (phone) {
        phone -> Key,
        code -> Binary,
        tries -> BigInt,
        requested_at -> Moment,
        expires_at -> Moment,
    }
}

diesel::table! {
    use crate::store::types::{Key, Moment};
    use diesel::sql_types::*;

    current_places (person) {
        person -> Key,
        country -> Text,
        office -> Nullable<Key>,
        place -> Nullable<Binary>,
        from_at -> Moment,
        until_at -> Moment,
        basis -> Text,
        set_by -> Nullable<Key>,
        set_at -> Moment,
    }
}

diesel::table! {
    use crate::store::types::{Key, Moment};
    use diesel::sql_types::*;

    attestations (id) {
        id -> Key,
        office -> Key,
        signed_by -> Key,
        signed_at -> Moment,
        people -> BigInt,
        list_hash -> Binary,
        remarks -> Nullable<Text>,
    }
}

diesel::table! {
    use crate::store::types::{Key, Moment};
    use diesel::sql_types::*;

    import_profiles (id) {
        id -> Key,
        organisation -> Key,
        name -> Text,
        mapping -> Text,
        changed_by -> Key,
        changed_at -> Moment,
    }
}

diesel::table! {
    use crate::store::types::{Key, Moment};
    use diesel::sql_types::*;

    imports (id) {
        id -> Key,
        organisation -> Key,
        office -> Nullable<Key>,
        file_name -> Text,
        file_hash -> Binary,
        format -> Text,
        state -> Text,
        headings -> Nullable<Binary>,
        mapping -> Nullable<Text>,
        profile -> Nullable<Text>,
        figures -> Text,
        problems -> Nullable<Binary>,
        failure -> Nullable<Text>,
        only_good_rows -> Bool,
        lease_by -> Nullable<Key>,
        lease_until -> Nullable<Moment>,
        created_by -> Key,
        created_at -> Moment,
        applied_at -> Nullable<Moment>,
        undone_at -> Nullable<Moment>,
        done_by -> Nullable<Key>,
    }
}

diesel::table! {
    use crate::store::types::Key;
    use diesel::sql_types::*;

    import_parts (import, part) {
        import -> Key,
        part -> BigInt,
        bytes -> Binary,
    }
}

diesel::table! {
    use crate::store::types::{Key, Moment};
    use diesel::sql_types::*;

    import_rows (import, row) {
        import -> Key,
        row -> BigInt,
        action -> Text,
        person -> Key,
        before -> Nullable<Binary>,
        after -> Nullable<Binary>,
        revision -> Nullable<BigInt>,
        outcome -> Text,
    }
}

diesel::table! {
    use crate::store::types::{Key, Moment};
    use diesel::sql_types::*;

    service_tokens (id) {
        id -> Key,
        hash -> Binary,
        organisation -> Key,
        purpose -> Text,
        name -> Text,
        created_by -> Key,
        created_at -> Moment,
        expires_at -> Moment,
        last_used_at -> Nullable<Moment>,
        ended_at -> Nullable<Moment>,
        departures -> Nullable<BigInt>,
        departures_until -> Nullable<Moment>,
        stopped_at -> Nullable<Moment>,
        held_by -> Nullable<Key>,
        unheld_since -> Nullable<Moment>,
        warned_at -> Nullable<Moment>,
    }
}

diesel::table! {
    use crate::store::types::{Key, Moment};
    use diesel::sql_types::*;

    scim_people (person) {
        person -> Key,
        organisation -> Key,
        user_name -> Text,
        said -> Binary,
        deleted_at -> Nullable<Moment>,
    }
}

diesel::table! {
    use crate::store::types::{Key, Moment};
    use diesel::sql_types::*;

    scim_departures (person) {
        person -> Key,
        organisation -> Key,
        token -> Key,
        noted_at -> Moment,
    }
}

diesel::table! {
    use crate::store::types::{Key, Moment};
    use diesel::sql_types::*;

    people_groups (id) {
        id -> Key,
        organisation -> Key,
        name -> Text,
        external_id -> Nullable<Text>,
        revision -> BigInt,
        created_at -> Moment,
        changed_at -> Moment,
    }
}

diesel::table! {
    use crate::store::types::{Key, Moment};
    use diesel::sql_types::*;

    group_members (people_group, person) {
        people_group -> Key,
        person -> Key,
    }
}

diesel::table! {
    use crate::store::types::{Key, Moment};
    use diesel::sql_types::*;

    second_factors (person) {
        person -> Key,
        secret -> Nullable<Binary>,
        last_step -> BigInt,
        created_at -> Moment,
        confirmed_at -> Nullable<Moment>,
        offered -> Nullable<Binary>,
        offered_at -> Nullable<Moment>,
    }
}

diesel::table! {
    use crate::store::types::{Key, Moment};
    use diesel::sql_types::*;

    recovery_codes (hash) {
        hash -> Binary,
        person -> Key,
        created_at -> Moment,
        used_at -> Nullable<Moment>,
    }
}

diesel::table! {
    use crate::store::types::{Key, Moment};
    use diesel::sql_types::*;

    enrolment_batches (id) {
        id -> Key,
        organisation -> Key,
        office -> Nullable<Key>,
        created_by -> Key,
        created_at -> Moment,
        expires_at -> Moment,
        people -> BigInt,
        ready_at -> Nullable<Moment>,
        voided_at -> Nullable<Moment>,
    }
}

diesel::table! {
    use crate::store::types::{Key, Moment};
    use diesel::sql_types::*;

    nodes (id) {
        id -> Key,
        seen_at -> Moment,
        watched -> Text,
    }
}

diesel::table! {
    use crate::store::types::{Key, Moment};
    use diesel::sql_types::*;

    deliveries (id) {
        id -> Key,
        subject -> Key,
        round -> BigInt,
        step -> Text,
        person -> Key,
        channel -> Text,
        address -> Key,
        state -> Text,
        tries -> BigInt,
        next_at -> Moment,
        expires_at -> Moment,
        created_at -> Moment,
        settled_at -> Nullable<Moment>,
    }
}

diesel::table! {
    use crate::store::types::{Key, Moment};
    use diesel::sql_types::*;

    delivery_attempts (delivery, nth) {
        delivery -> Key,
        nth -> BigInt,
        began_at -> Moment,
        ended_at -> Nullable<Moment>,
        outcome -> Nullable<Text>,
    }
}

diesel::table! {
    use crate::store::types::{Key, Moment};
    use diesel::sql_types::*;

    roster_entries (id) {
        id -> Key,
        area_key -> Text,
        area -> Text,
        area_id -> Nullable<Key>,
        area_code -> Nullable<Text>,
        role -> Text,
        person -> Key,
        weekdays -> BigInt,
        from_minute -> BigInt,
        until_minute -> BigInt,
        time_zone -> Text,
        first_day -> Text,
        last_day -> Nullable<Text>,
        replaces -> Nullable<Key>,
        created_by -> Key,
        created_at -> Moment,
        ended_by -> Nullable<Key>,
        ended_at -> Nullable<Moment>,
    }
}

diesel::table! {
    use crate::store::types::{Key, Moment};
    use diesel::sql_types::*;

    watches (id) {
        id -> Key,
        area_key -> Text,
        area -> Text,
        area_id -> Nullable<Key>,
        area_code -> Nullable<Text>,
        revision -> BigInt,
        sealed -> Binary,
        created_at -> Moment,
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
    attempts,
    regions,
    region_countries,
    grading_schemes,
    security_areas,
    area_grades,
    warden_zones,
    premises,
    phone_codes,
    current_places,
    attestations,
    import_profiles,
    imports,
    import_parts,
    import_rows,
    service_tokens,
    scim_people,
    scim_departures,
    people_groups,
    roster_entries,
    watches,
    group_members,
    second_factors,
    recovery_codes,
    enrolment_batches,
    push_addresses,
    escalation_policies,
);

diesel::table! {
    use crate::store::types::{Key, Moment};
    use diesel::sql_types::*;

    push_addresses (device) {
        device -> Key,
        person -> Key,
        channel -> Text,
        sealed -> Binary,
        mark -> Binary,
        registered_at -> Moment,
        shown_at -> Nullable<Moment>,
    }
}

diesel::table! {
    use crate::store::types::{Key, Moment};
    use diesel::sql_types::*;

    escalation_policies (area) {
        area -> Key,
        revision -> BigInt,
        plan -> Text,
        changed_at -> Moment,
        changed_by -> Text,
    }
}
