//! All routes, and what answers where there is none.

use actix_web::{
    HttpRequest, HttpResponse,
    http::StatusCode,
    web::{self, Data, PathConfig, QueryConfig},
};
use utoipa_actix_web::service_config::ServiceConfig;

use super::{
    State, bots, docs, events, keys, lists, messages, metrics, open, operate, page, person, platform, problem::Problem, start, triggers,
    users, webchat,
};

/// Every route; each has its OpenAPI entry.
pub(super) fn all(config: &mut ServiceConfig<'_>) {
    config
        .service(messages::send_message)
        .service(start::start_sequence)
        .service(users::change_user)
        .service(person::export_user)
        .service(person::erase_user)
        .service(platform::start_flow)
        .service(lists::list_users)
        .service(lists::list_messages)
        .service(lists::show_usage)
        .service(platform::list_users_with)
        .service(platform::list_conversations)
        .service(webchat::give_token)
        .service(events::follow_conversation)
        .service(bots::list_bots)
        .service(bots::show_bot)
        .service(triggers::show_triggers)
        .service(bots::list_chat_bots)
        .service(keys::list_keys)
        .service(keys::create_key)
        .service(keys::revoke_key)
        .service(keys::rotate_key)
        .service(open::login::log_in)
        .service(open::usage::show_usage)
        .service(open::users::list_users)
        .service(open::transcripts::show_transcript)
        .service(operate::reload)
        .service(operate::health)
        .service(operate::ready)
        .service(metrics::show_metrics)
        .service(docs::show_openapi)
        .service(docs::show_docs)
        .service(docs::show_docs_file)
        .service(page::show_page)
        .service(page::show_page_file);
}

/// Limits, and the form of errors that no route makes.
pub(super) fn defaults(config: &mut web::ServiceConfig) {
    config
        .app_data(PathConfig::default().error_handler(|_, _| not_found().into()))
        .app_data(QueryConfig::default().error_handler(|error, _| Problem::invalid(format!("the query does not fit: {error}")).into()))
        .default_service(web::to(nothing));
}

/// 405 where the path is known with other methods, else 404.
async fn nothing(request: HttpRequest, state: Data<State>) -> Result<HttpResponse, Problem> {
    let pattern = request.resource_map().match_pattern(request.match_info().as_str());
    Err(pattern.and_then(|pattern| state.document.methods(&pattern)).map_or_else(not_found, Problem::method))
}

fn not_found() -> Problem {
    Problem::new(StatusCode::NOT_FOUND, "not-found", "there is nothing at this path; /docs lists what there is")
}
