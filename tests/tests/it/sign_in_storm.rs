//! Ten thousand tries against one account: few are evaluated, and its owner notices nothing.

use chrono::TimeDelta;
use reqwest::header::HeaderValue;
use serde_json::json;
use tests::{Answer, Operator, SignedIn, on_both};
use wire::Code;
use wire::access::AccountLink;

/// Tries to sign in from a browser that keeps this.
async fn from(operator: &Operator, kept: Option<&str>, password: &str) -> Answer {
    let body = json!({ "email": operator.email, "password": password });
    let mut request = SignedIn::signing_in(operator.http(), &body);
    if let Some(kept) = kept {
        request = request.header("Cookie", HeaderValue::from_str(kept).expect("a cookie"));
    }
    operator.http().send(request).await
}

/// `name=value` of the cookie by which the browser is known again.
fn browser(answer: &Answer) -> String {
    let all = answer.headers.get_all("set-cookie").iter().filter_map(|value| value.to_str().ok());
    let mut kept = all.filter(|cookie| cookie.starts_with("__Host-muster-browser="));
    let cookie = kept.next().expect("the browser is remembered").to_owned();
    for attribute in ["HttpOnly", "SameSite=Strict", "Secure", "Path=/", "Max-Age=15552000"] {
        assert!(cookie.split("; ").any(|one| one == attribute), "{attribute} is not in {cookie}");
    }
    cookie.split(';').next().expect("a pair").to_owned()
}

on_both!(of_ten_thousand_tries_at_most_a_hundred_are_evaluated_and_the_owner_signs_in, by_hand, async |app| {
    let world = app.world().await;
    let operator = world.operator("Awa Diallo").await;
    let phone = world.phone_of(operator.person).await;
    let kept = browser(&from(&operator, None, &operator.password).await.expect(200));
    let (mut evaluated, mut delayed) = (0, 0);
    for n in 0..10_000_u32 {
        let answer = from(&operator, None, &format!("guess number {n}")).await;
        match answer.problem().code {
            Code::SignInFailed => evaluated += 1,
            Code::SignInDelayed => delayed += 1,
            other => panic!("{other:?}"),
        }
        if n % 10 == 0 {
            app.advance(TimeDelta::seconds(1));
        }
        if n % 2_500 == 1_250 {
            // Meanwhile the owner is where they always are, and what they raise is stored.
            from(&operator, Some(&kept), &operator.password).await.expect(200);
            operator.get("/v1/session").await.expect(200);
            phone.tap().await;
        }
    }
    assert!((5..=100).contains(&evaluated), "{evaluated} were evaluated");
    assert_eq!(evaluated + delayed, 10_000);
});

on_both!(a_browser_is_known_for_its_own_accounts_and_by_an_administrators_link, by_hand, async |app| {
    let world = app.world().await;
    let (operator, other) = (world.operator("Awa Diallo").await, world.operator("Ben Otieno").await);
    let kept = browser(&from(&operator, None, &operator.password).await.expect(200));
    for _ in 0..6 {
        from(&operator, None, "wrong").await.problem();
        from(&other, None, "wrong").await.problem();
    }
    from(&operator, None, &operator.password).await.refused(Code::SignInDelayed);
    let both = browser(&from(&operator, Some(&kept), &operator.password).await.expect(200));
    from(&other, Some(&both), &other.password).await.refused(Code::SignInDelayed);
    let forged = kept.replace("=", "=A");
    from(&operator, Some(&forged), &operator.password).await.refused(Code::SignInDelayed);
    // Wrong passwords from a known browser delay that browser.
    from(&operator, Some(&kept), "wrong").await.refused(Code::SignInFailed);
    let problem = from(&operator, Some(&kept), &operator.password).await.refused(Code::SignInDelayed);
    assert_eq!(problem.retry_after, Some(1));
    // A link of an administrator makes a browser known.
    let made = world.administrator.post(&format!("/v1/people/{}/account", other.person), &json!({})).await;
    let link: AccountLink = made.expect(201).json();
    let secret = link.link.split("#password=").nth(1).expect("the secret is in the fragment");
    let set = json!({ "secret": secret, "password": "another gravel lantern" });
    let kept = browser(&app.anonymous().post("/v1/password", &set).await.expect(204));
    from(&other, None, "another gravel lantern").await.refused(Code::SignInDelayed);
    from(&other, Some(&kept), "another gravel lantern").await.expect(200);
});

on_both!(a_thousand_taps_in_a_minute_are_all_stored_whatever_is_tried_at_the_door, by_hand, async |app| {
    let world = app.world().await;
    let operator = world.operator("Awa Diallo").await;
    let phone = world.phone_of(operator.person).await;
    let mut case = None;
    for n in 0..1_000 {
        if n % 20 == 0 {
            from(&operator, None, "wrong").await.problem();
        }
        let stored = phone.tap().await;
        assert_eq!(*case.get_or_insert(stored.case.id), stored.case.id, "all fold into one case");
        app.advance(TimeDelta::milliseconds(60));
    }
    let seen = operator.sees(case.expect("a case")).await;
    assert_eq!(seen.case.taps, 1_000);
});
