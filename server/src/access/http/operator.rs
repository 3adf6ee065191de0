//! Who is at the console, as an extractor: a permission is the thing that a handler takes, so that
//! none can forget to ask.

use std::future::{Ready, ready};
use std::ops::Deref;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::{FromRequest, HttpRequest, web};
use futures_util::TryFutureExt;
use wire::{CSRF_HEADER, Code};

use wire::access::Permission;

use crate::access::origin::Source;
use crate::access::{Access, NotSteppedUp, Operator};
use crate::http::Fail;
use crate::http::body::asked;

/// Name of the session's cookie. The prefix makes browsers hold it to https, one host and path `/`.
pub const COOKIE: &str = "__Host-muster";

type Extracting<T> = Pin<Box<dyn Future<Output = Result<T, Fail>>>>;

/// The origin of a page that this server served. Sockets ask for it at the upgrade.
pub struct SameOrigin(pub String);

/// The origin of one of our pages whose script sent this: what every write needs.
pub struct OwnPage(pub String);

/// Somebody signed in, who reads, whether or not they showed the second factor that their rights need.
/// Only what leads to one takes this.
pub struct Confined(pub Operator);

/// [`Confined`], who writes.
pub struct ConfinedWrite(pub Operator);

/// Who the other extractor finds, and who proved within the last five minutes who they are.
pub struct SteppedUp<T>(pub T);

/// Somebody signed in, who writes.
pub struct OperatorWrite(pub Operator);

/// Somebody who may work cases of some scope, who reads.
pub struct WorksCases(pub Operator);

/// Somebody who may work cases of some scope, who writes.
pub struct WorksCasesWrite(pub Operator);

fn header_text<'a>(request: &'a HttpRequest, name: &str) -> Option<&'a str> {
    request.headers().get(name).and_then(|value| value.to_str().ok())
}

/// The service, as the composition root registered it.
pub(super) fn access(request: &HttpRequest) -> Result<Access, Fail> {
    let found = request.app_data::<web::Data<Access>>().map(|access| access.get_ref().clone());
    found.ok_or_else(|| Fail::new(Code::Internal, "The server is not set up to sign anybody in."))
}

fn same_origin(request: &HttpRequest) -> Result<String, Fail> {
    let source = Source {
        origin: header_text(request, header::ORIGIN.as_str()),
        host: header_text(request, header::HOST.as_str()),
        fetch_site: header_text(request, "Sec-Fetch-Site"),
    };
    access(request)?.origins().permitted(source).ok_or_else(|| {
        let why = "Only pages that this server serves may do this: send Origin, over https or on this machine itself; \
                   behind a proxy, name the origin in the configuration.";
        Fail::new(Code::OriginRefused, why)
    })
}

fn own_page(request: &HttpRequest) -> Result<String, Fail> {
    let origin = same_origin(request)?;
    if request.headers().contains_key(CSRF_HEADER) {
        return Ok(origin);
    }
    Err(Fail::new(Code::CsrfMissing, "Send the header Muster-Console: 1 with every change."))
}

impl From<NotSteppedUp> for Fail {
    fn from(_: NotSteppedUp) -> Self {
        let why = "Give your password, and a code where you have a code generator, to POST /v1/session/step-up first.";
        Self::new(Code::StepUpRequired, why)
    }
}

/// Who is signed in and has every right that their grants give.
async fn operator(request: HttpRequest) -> Result<Operator, Fail> {
    let operator = anybody(request).await?;
    if operator.confined {
        let why =
            "Your role needs a second factor: set up a code generator by POST /v1/second-factor, or sign in with it.";
        return Err(Fail::new(Code::SecondFactorRequired, why));
    }
    Ok(operator)
}

/// Who is signed in. Anything but a read is held to [`OwnPage`] too, whatever the handler asks for.
async fn anybody(request: HttpRequest) -> Result<Operator, Fail> {
    if !request.method().is_safe() {
        own_page(&request)?;
    }
    let access = access(&request)?;
    let Some(cookie) = request.cookie(COOKIE) else {
        return Err(Fail::new(Code::Unauthenticated, "Sign in at /console."));
    };
    let found = access.authenticate(cookie.value()).await?;
    found.ok_or_else(|| Fail::new(Code::CredentialExpired, "This session has ended. Sign in again at /console."))
}

fn permitted(operator: Operator, may: bool) -> Result<Operator, Fail> {
    if may {
        return Ok(operator);
    }
    Err(Fail::new(Code::Forbidden, "Your role does not permit this. An administrator can grant it."))
}

impl FromRequest for SameOrigin {
    type Error = Fail;
    type Future = Ready<Result<Self, Fail>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(same_origin(request).map(Self))
    }
}

impl FromRequest for OwnPage {
    type Error = Fail;
    type Future = Ready<Result<Self, Fail>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(own_page(request).map(Self))
    }
}

impl FromRequest for Operator {
    type Error = Fail;
    type Future = Extracting<Self>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let of = request.clone();
        asked(request, move || operator(of.clone()))
    }
}

impl FromRequest for Confined {
    type Error = Fail;
    type Future = Extracting<Self>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let of = request.clone();
        asked(request, move || anybody(of.clone()).map_ok(Self))
    }
}

impl FromRequest for ConfinedWrite {
    type Error = Fail;
    type Future = Extracting<Self>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let of = request.clone();
        asked(request, move || {
            let of = of.clone();
            async move {
                own_page(&of)?;
                anybody(of).await.map(Self)
            }
        })
    }
}

impl<T> FromRequest for SteppedUp<T>
where
    T: FromRequest<Error = Fail> + Deref<Target = Operator> + 'static,
{
    type Error = Fail;
    type Future = Extracting<Self>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (request, found) = (request.clone(), T::from_request(request, payload));
        Box::pin(async move {
            let found = found.await?;
            found.stepped_up(access(&request)?.now())?;
            Ok(Self(found))
        })
    }
}

impl<T: Deref<Target = Operator>> Deref for SteppedUp<T> {
    type Target = Operator;

    fn deref(&self) -> &Operator {
        &self.0
    }
}

macro_rules! permission {
    ($name:ident, writes: $writes:literal, |$operator:ident| $may:expr) => {
        impl FromRequest for $name {
            type Error = Fail;
            type Future = Extracting<Self>;

            fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
                let of = request.clone();
                asked(request, move || {
                    let of = of.clone();
                    async move {
                        if $writes {
                            own_page(&of)?;
                        }
                        let $operator = operator(of).await?;
                        let may = $may;
                        permitted($operator, may).map(Self)
                    }
                })
            }
        }

        impl Deref for $name {
            type Target = Operator;

            fn deref(&self) -> &Operator {
                &self.0
            }
        }
    };
}

permission!(OperatorWrite, writes: true, |_operator| true);
permission!(WorksCases, writes: false, |operator| operator.works_cases());
permission!(WorksCasesWrite, writes: true, |operator| operator.works_cases());

/// One extractor for each permission: somebody who has it over some area, or one of several. The
/// service asks which. Anything but a read is held to [`OwnPage`] too.
pub mod may {
    use super::{
        Deref, Extracting, Fail, FromRequest, HttpRequest, Operator, Payload, Permission, asked, operator, permitted,
    };

    macro_rules! extractors {
        ($($name:ident: $($permission:ident)|+,)+) => {
            $(
                #[doc = concat!("Somebody who may over some area:", $(" [`Permission::", stringify!($permission), "`]"),+, ".")]
                pub struct $name(pub Operator);

                impl FromRequest for $name {
                    type Error = Fail;
                    type Future = Extracting<Self>;

                    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
                        let of = request.clone();
                        asked(request, move || {
                            let of = of.clone();
                            async move {
                                let operator = operator(of).await?;
                                let may = [$(Permission::$permission),+].iter().any(|one| !operator.may(*one).is_empty());
                                permitted(operator, may).map(Self)
                            }
                        })
                    }
                }

                impl Deref for $name {
                    type Target = Operator;

                    fn deref(&self) -> &Operator {
                        &self.0
                    }
                }
            )+
        };
    }

    extractors! {
        WorkCases: WorkCases,
        ReadPeople: ReadPeople,
        ReadPseudonyms: ReadPseudonyms,
        ReadCounts: ReadCounts,
        ReadZone: ReadZone,
        EditPeople: EditPeople,
        SetCurrentPlace: SetCurrentPlace,
        ExportPeople: ExportPeople,
        AttestList: AttestList,
        EditPlaces: EditPlaces,
        EditRosters: EditRosters,
        EnrolPhones: EnrolPhones,
        VerifyNumbers: VerifyNumbers,
        GrantRoles: GrantRoles,
        AppointWardens: AppointWardens,
        EndSessions: EndSessions,
        SeizeOffice: SeizeOffice,
        BreakGlass: BreakGlass,
        UnsealNames: UnsealNames,
        ReadAudit: ReadAudit,
        ManageTokens: ManageTokens,
        EditLadders: EditLadders,
        SeesLadders: WorkCases | EditLadders,
        Appoints: GrantRoles | AppointWardens,
        ReadList: ReadPeople | ReadPseudonyms,
        ReadRoster: ReadPeople | EditRosters,
    }
}
