//! The API: a file a resource of it. Response structs live beside their handlers; their field names are a promise.

mod bank;
mod bank_profile;
mod bank_scan;
mod bank_screening;
mod bank_verify;
mod cases;
mod checks;
mod consent_check;
mod consents;
mod corrections;
mod deliveries;
mod designations;
mod doubts;
mod faults;
mod figures;
pub mod health;
mod held;
mod keys;
mod ledger;
mod lists;
mod me;
mod merges;
mod notices;
mod open;
mod pack_steps;
mod packs;
mod quality;
mod quality_rows;
mod queries;
mod record_view;
mod records;
mod report;
mod resources;
mod standing;
mod subjects;
mod units;
mod window;
mod window_cases;
mod window_letters;
mod withdrawal;
mod zero_reports;

use utoipa_actix_web::service_config::ServiceConfig;

/// All routes below `/api/v1`.
pub fn routes(config: &mut ServiceConfig<'_>) {
    // An address is looked for in this order: what is asked most often stands first.
    borrowing(config);
    answering(config);
    collecting(config);
    deciding(config);
    ruling(config);
    proving(config);
    cases::routes(config);
    listing(config);
    config.service(units::list).service(units::put).service(keys::list).service(keys::create).service(keys::revoke);
}

fn collecting(config: &mut ServiceConfig<'_>) {
    config
        .service(deliveries::create)
        .service(deliveries::list)
        .service(deliveries::show)
        .service(faults::list)
        .service(faults::warnings)
        .service(report::xlsx)
        .service(report::json)
        .service(checks::create)
        .service(zero_reports::create)
        .service(zero_reports::list)
        .service(resources::list)
        .service(resources::show)
        .service(resources::template_file)
        .service(resources::xsd_file)
        .service(resources::json_schema_file);
}

fn deciding(config: &mut ServiceConfig<'_>) {
    config
        .service(held::release)
        .service(held::discard)
        .service(doubts::list)
        .service(doubts::show)
        .service(doubts::ignore)
        .service(doubts::link)
        .service(merges::create)
        .service(merges::undo)
        .service(merges::list)
        .service(withdrawal::create)
        .service(corrections::list)
        .service(corrections::keep)
        .service(corrections::scan)
        .service(corrections::confirm)
        .service(notices::list)
        .service(notices::sent);
}

fn proving(config: &mut ServiceConfig<'_>) {
    config
        .service(ledger::roots)
        .service(ledger::chains)
        .service(ledger::of_chain)
        .service(ledger::of_entry)
        .service(ledger::of_record);
}

fn ruling(config: &mut ServiceConfig<'_>) {
    config
        .service(packs::list)
        .service(packs::create)
        .service(packs::show)
        .service(packs::simulate)
        .service(pack_steps::activate)
        .service(pack_steps::propose_retiring)
        .service(pack_steps::drop_retiring)
        .service(pack_steps::retire)
        .service(packs::pmml_file);
}

fn answering(config: &mut ServiceConfig<'_>) {
    config
        .service(subjects::search)
        .service(subjects::show)
        .service(subjects::look_up)
        .service(standing::show)
        .service(standing::show_open)
        .service(records::list)
        .service(records::history)
        .service(queries::mine)
        .service(queries::list)
        // Before the units: no unit has these codes.
        .service(quality::ranking)
        .service(quality::warnings)
        .service(quality::all)
        .service(quality::of_unit)
        .service(quality_rows::list)
        .service(open::search)
        .service(open::show)
        .service(open::list);
}

fn borrowing(config: &mut ServiceConfig<'_>) {
    config
        .service(bank_verify::ask)
        .service(bank_profile::ask)
        .service(bank_scan::ask)
        .service(bank_screening::ask)
        .service(consent_check::evidence)
        .service(consent_check::paper)
        .service(consent_check::check)
        .service(consents::create)
        .service(consents::list)
        .service(consents::show)
        .service(consents::confirm)
        .service(consents::end)
        .service(me::how)
        .service(me::show)
        .service(window::items)
        .service(window::decide)
        .service(window_letters::show)
        .service(window_cases::open)
        .service(window_cases::list)
        .service(window_cases::show)
        .service(window_cases::step);
}

fn listing(config: &mut ServiceConfig<'_>) {
    config
        .service(lists::all)
        // Before the lists: none has this code.
        .service(lists::statistics)
        .service(lists::check)
        .service(lists::acting)
        .service(lists::shown)
        .service(lists::published)
        .service(lists::proposals)
        .service(lists::exits)
        .service(designations::bring)
        .service(designations::create)
        .service(designations::list)
        .service(designations::show)
        .service(designations::assign)
        .service(designations::step);
}
