"""All addresses: German for people, named in English for the code."""

from __future__ import annotations

from django.urls import path

from .account.views import Login, Logout, password
from .administration import divisions
from .administration import views as administration
from .analyses import comparison, distribution, own_area, scatter, series, two_maps
from .analyses import views as analyses
from .areas import pictures as area_pictures
from .areas import views as areas
from .calendar import feed
from .calendar import views as calendar
from .catalogue import editing, formulas
from .catalogue import views as catalogue
from .consultation import decisions as consultation_decisions
from .consultation import review as consultation_review
from .consultation import seat as consultation_seat
from .consultation import steps as consultation_steps
from .consultation import views as consultation
from .coverage import views as coverage
from .deliveries import (
    assignment,
    changes,
    decisions,
    entry,
    feedback,
    page,
    rules,
    several,
    transfers,
    upload,
)
from .deliveries import views as deliveries
from .design import downloads as design_downloads
from .design import versions as design_versions
from .design import views as design
from .divisions import changing as area_changes
from .divisions import crosswalks, streets
from .divisions import views as division_pages
from .divisions.estimates import estimates as division_estimates
from .maps import downloads
from .maps import views as maps
from .messages import views as mails
from .methods import views as methods
from .pages import views as pages
from .partners import agreements, partners, rounds
from .projection import views as projection
from .protection import views as protection
from .releases import atlas, proof
from .releases import pictures as release_pictures
from .releases import preview as release_preview
from .releases import views as releases
from .reports import blocks as report_blocks
from .reports import editor as report_editor
from .reports import files as report_files
from .reports import release as report_releases
from .reports import views as reports
from .socialindex import compare as index_compare
from .socialindex import views as socialindex
from .socialindex import workshop
from .space import patterns, unequal
from .start import views as start
from .typology import views as types
from .warnings import funnels
from .warnings import views as warnings

urlpatterns = [
    path("", start.start, name="start"),
    path("anmelden/", Login.as_view(), name="login"),
    path("abmelden/", Logout.as_view(), name="logout"),
    path("konto/kennwort/", password, name="password"),
    path("lieferungen/", deliveries.delivery_list, name="delivery_list"),
    path("lieferungen/einreichen/", several.several, name="deliver_several"),
    path("lieferungen/regeln/", rules.rule_list, name="rule_list"),
    path("lieferungen/regeln/neu/", rules.rule_new, name="rule_new"),
    path("lieferungen/regeln/<slug:code>/ausser-kraft/", rules.rule_retire, name="rule_retire"),
    path("lieferungen/uebertragung/<str:token>/", transfers.append, name="transfer_append"),
    path("lieferungen/uebertragung/<str:token>/abschliessen/", transfers.finish, name="transfer_finish"),
    path("lieferungen/<int:pk>/uebertragung/", transfers.begin, name="transfer_begin"),
    path("lieferungen/<int:pk>/", deliveries.round_page, name="round"),
    path("lieferungen/<int:pk>/vorlage/", upload.template, name="round_template"),
    path("lieferungen/<int:pk>/einreichen/", upload.upload, name="round_upload"),
    path("lieferungen/<int:pk>/eingabe/", entry.entry, name="round_entry"),
    path("lieferungen/<int:pk>/eingabe/sichern/", entry.keep, name="round_entry_keep"),
    path("lieferungen/datei/<int:pk>/", page.page, name="delivery"),
    path("lieferungen/datei/<int:pk>/erlaeutern/", page.say, name="delivery_say"),
    path("lieferungen/datei/<int:pk>/fortschritt/", page.progress, name="delivery_progress"),
    path("lieferungen/datei/<int:pk>/zuordnung/", assignment.assign, name="delivery_assign"),
    path("lieferungen/datei/<int:pk>/aenderungen/", changes.changes, name="delivery_changes"),
    path("lieferungen/datei/<int:pk>/markiert/", page.marked, name="delivery_marked"),
    path("lieferungen/datei/<int:pk>/befunde.xlsx", page.findings_xlsx, name="delivery_findings"),
    path("lieferungen/datei/<int:pk>/werte/", deliveries.values_page, name="delivery_values"),
    path("lieferungen/datei/<int:pk>/original/", deliveries.original, name="delivery_original"),
    path("lieferungen/<int:pk>/rueckmeldung/", feedback.of_round, name="round_profile"),
    path("lieferungen/datei/<int:pk>/rueckmeldung/", feedback.page, name="delivery_feedback"),
    path("lieferungen/datei/<int:pk>/profil.pdf", feedback.profile_pdf, name="delivery_profile_pdf"),
    path("lieferungen/datei/<int:pk>/qualitaet.pdf", feedback.quality_pdf, name="delivery_quality_pdf"),
    path("lieferungen/datei/<int:pk>/<slug:step>/", decisions.decide, name="delivery_decide"),
    path("lieferungen/<int:pk>/ausnahme/", rounds.exception, name="round_exception"),
    path("lieferungen/<int:pk>/erlassen/", rounds.waive, name="round_waive"),
    path("kalender/", calendar.calendar_page, name="calendar"),
    path("kalender/abo/", feed.subscription, name="calendar_feed"),
    path("kalender/<str:token>.ics", feed.file, name="calendar_file"),
    path("vereinbarungen/", agreements.agreement_list, name="agreement_list"),
    path("vereinbarungen/neu/", agreements.agreement_new, name="agreement_new"),
    path("vereinbarungen/<int:pk>/", agreements.agreement_page, name="agreement"),
    path("vereinbarungen/<int:pk>/neu-fassen/", agreements.agreement_renew, name="agreement_renew"),
    path("vereinbarungen/<int:pk>/beenden/", agreements.agreement_end, name="agreement_end"),
    path("lieferstellen/", partners.partner_list, name="partner_list"),
    path("lieferstellen/neu/", partners.partner_new, name="partner_new"),
    path("lieferstellen/<slug:code>/", partners.partner_page, name="partner"),
    path("lieferstellen/<slug:code>/aendern/", partners.partner_change, name="partner_change"),
    path("lieferstellen/<slug:code>/betrieb/", partners.partner_retire, name="partner_retire"),
    path("abdeckung/", coverage.coverage_page, name="coverage"),
    path("abdeckung/tabelle.xlsx", coverage.coverage_xlsx, name="coverage_xlsx"),
    path("abdeckung/puenktlichkeit/", coverage.punctuality_page, name="punctuality"),
    path("nachrichten/", mails.mail_list, name="mail_list"),
    path("nachrichten/vorschau/", mails.mail_preview, name="mail_preview"),
    path("nachrichten/senden/", mails.mail_send, name="mail_send"),
    path("nachrichten/einstellungen/", mails.mail_settings_page, name="mail_settings"),
    path("nachrichten/<int:pk>/", mails.mail_page, name="mail"),
    path("abstimmungen/", consultation.consultation_list, name="consultation_list"),
    path("abstimmungen/bericht/<int:pk>/", consultation.consultation_page, name="consultation"),
    path("abstimmungen/bericht/<int:pk>/vorbereiten/", consultation.prepare, name="consultation_prepare"),
    path("abstimmungen/bericht/<int:pk>/stellen/", consultation.add, name="consultation_add"),
    path("abstimmungen/bericht/<int:pk>/stellen/<slug:code>/", consultation.place, name="consultation_place"),
    path(
        "abstimmungen/bericht/<int:pk>/stellen/<slug:code>/erinnern/",
        consultation.ask,
        name="consultation_ask",
    ),
    path(
        "abstimmungen/bericht/<int:pk>/stellen/<slug:code>/oeffnen/",
        consultation.reopen,
        name="consultation_reopen",
    ),
    path(
        "abstimmungen/bericht/<int:pk>/schritt/<slug:step>/",
        consultation_steps.step,
        name="consultation_step",
    ),
    path(
        "abstimmungen/bericht/<int:pk>/anmerkungen/",
        consultation_decisions.remark_list,
        name="consultation_remarks",
    ),
    path(
        "abstimmungen/bericht/<int:pk>/anmerkungen.xlsx", consultation.table_file, name="consultation_table"
    ),
    path(
        "abstimmungen/bericht/<int:pk>/anmerkungen/<int:number>/",
        consultation_decisions.decide,
        name="consultation_decide",
    ),
    path("abstimmungen/bericht/<int:pk>/datei/<str:name>", consultation.file, name="consultation_file"),
    path("abstimmungen/<str:token>/", consultation_seat.seat, name="consultation_seat"),
    path(
        "abstimmungen/<str:token>/kapitel/<str:block>/",
        consultation_seat.chapter,
        name="consultation_chapter",
    ),
    path(
        "abstimmungen/<str:token>/anmerkungen/<int:number>/",
        consultation_seat.remark,
        name="consultation_remark",
    ),
    path(
        "abstimmungen/<str:token>/stellungnahme/", consultation_seat.statement, name="consultation_statement"
    ),
    path("abstimmungen/<str:token>/antwort/", consultation_seat.answer, name="consultation_answer"),
    path("abstimmungen/<str:token>/profil/", consultation_seat.profile, name="consultation_profile"),
    path("berichte/<int:pk>/durchsicht/", consultation_review.review, name="report_review"),
    path(
        "berichte/<int:pk>/durchsicht/<int:number>/", consultation_review.decide, name="report_review_decide"
    ),
    path("schutzregeln/", protection.page, name="rules"),
    path("schutzregeln/pruefen/", protection.check, name="rules_check"),
    path("schutzregeln/in-kraft-setzen/", protection.force, name="rules_force"),
    path("schutzregeln/<str:sha>.toml", protection.file, name="rules_file"),
    path("datenstaende/", releases.release_list, name="release_list"),
    path("datenstaende/bilden/", releases.make, name="release_make"),
    path("datenstaende/bilden/<int:pk>/", releases.run_page, name="release_run"),
    path("datenstaende/vorschau/", release_preview.preview, name="release_preview"),
    path("datenstaende/vergleich/", releases.compare, name="release_compare"),
    path("datenstaende/<int:number>/", releases.release_page, name="release"),
    path("datenstaende/<int:number>/nachweis/", proof.page, name="release_proof"),
    path("datenstaende/<int:number>/nachweis.pdf", proof.as_pdf, name="release_proof_pdf"),
    path("datenstaende/<int:number>/nachweis/pruefen/", proof.check, name="release_proof_check"),
    path("datenstaende/<int:number>/atlas/", atlas.page, name="release_atlas"),
    path("datenstaende/<int:number>/atlas/<int:pk>.zip", atlas.archive, name="release_atlas_file"),
    path("datenstaende/<int:number>/bilder/", release_pictures.page, name="release_pictures"),
    path("datenstaende/<int:number>/bilder/<int:pk>.png", release_pictures.file, name="release_picture"),
    path("karte/", maps.map_index, name="map_index"),
    path("karte/<str:indicator>/", maps.map_page, name="map"),
    path("karte/<str:indicator>/karte.svg", downloads.svg, name="map_svg"),
    path("karte/<str:indicator>/karte.png", downloads.png, name="map_png"),
    path("karte/<str:indicator>/tabelle.csv", downloads.csv, name="map_csv"),
    path("karte/<str:indicator>/tabelle.xlsx", downloads.xlsx, name="map_xlsx"),
    path("karte/<str:indicator>/gebiet/<str:key>/", maps.area_panel, name="map_area"),
    path("gebiete/", areas.area_list, name="area_list"),
    path("gebiete/<str:key>/", areas.profile, name="area"),
    path("gebiete/<str:key>/kennzahlen.xlsx", areas.profile_xlsx, name="area_xlsx"),
    path("gebiete/<str:key>/bilder/<str:name>.<str:form>", area_pictures.picture, name="area_picture"),
    path("gebiete/<str:key>/herkunft/<str:indicator>/", areas.origin, name="origin"),
    path("sozialindex/", socialindex.index_list, name="index_list"),
    path("sozialindex/<str:code>/", socialindex.index_page, name="index"),
    path("sozialindex/<str:code>/vergleich/", index_compare.compare, name="index_compare"),
    path("sozialindex/<str:code>/werkstatt/", workshop.workshop, name="index_workshop"),
    path("sozialindex/<str:code>/werkstatt/versuch.<str:form>", workshop.workshop_file, name="workshop_file"),
    path("sozialindex/<str:code>/tabelle.xlsx", socialindex.index_xlsx, name="index_xlsx"),
    path("auswertungen/", analyses.overview, name="analyses"),
    path("auswertungen/raummuster/", patterns.index, name="space_index"),
    path("auswertungen/raummuster/<str:indicator>/", patterns.page, name="space"),
    path("auswertungen/raummuster/<str:indicator>/karte.svg", patterns.svg, name="space_svg"),
    path("auswertungen/raummuster/<str:indicator>/karte.png", patterns.png, name="space_png"),
    path("auswertungen/raummuster/<str:indicator>/tabelle.xlsx", patterns.xlsx, name="space_xlsx"),
    path("auswertungen/typen/", types.page, name="types"),
    path("auswertungen/typen/karte.svg", types.svg, name="types_svg"),
    path("auswertungen/typen/karte.png", types.png, name="types_png"),
    path("auswertungen/typen/tabelle.xlsx", types.xlsx, name="types_xlsx"),
    path("auswertungen/ungleichheit/", unequal.page, name="inequality"),
    path("auswertungen/ungleichheit/bild.svg", unequal.svg, name="inequality_svg"),
    path("auswertungen/ungleichheit/bild.png", unequal.png, name="inequality_png"),
    path("auswertungen/ungleichheit/tabelle.xlsx", unequal.xlsx, name="inequality_xlsx"),
    path("auswertungen/trichter/", funnels.funnel_index, name="funnel_index"),
    path("auswertungen/trichter/<str:indicator>/", funnels.funnel_page, name="funnel"),
    path("auswertungen/trichter/<str:indicator>/bild.svg", funnels.funnel_svg, name="funnel_svg"),
    path("auswertungen/trichter/<str:indicator>/bild.png", funnels.funnel_png, name="funnel_png"),
    path("auswertungen/trichter/<str:indicator>/tabelle.xlsx", funnels.funnel_xlsx, name="funnel_xlsx"),
    path("auswertungen/trichter/<str:indicator>/tabelle.csv", funnels.funnel_csv, name="funnel_csv"),
    path("fruehwarnung/", warnings.warning_list, name="early_warning"),
    path("fruehwarnung/tabelle.xlsx", warnings.warning_xlsx, name="early_warning_xlsx"),
    path("fruehwarnung/tabelle.csv", warnings.warning_csv, name="early_warning_csv"),
    path("auswertungen/vergleich/", comparison.page, name="comparison"),
    path("auswertungen/vergleich/tabelle.xlsx", comparison.xlsx, name="comparison_xlsx"),
    path("auswertungen/zwei-karten/", two_maps.page, name="two_maps"),
    path("auswertungen/verteilung/", distribution.page, name="distribution"),
    path("auswertungen/verteilung/bild.svg", distribution.svg, name="distribution_svg"),
    path("auswertungen/verteilung/bild.png", distribution.png, name="distribution_png"),
    path("auswertungen/verteilung/tabelle.xlsx", distribution.xlsx, name="distribution_xlsx"),
    path("auswertungen/eigenes-gebiet/", own_area.page, name="own_area"),
    path("auswertungen/eigenes-gebiet/antwort.csv", own_area.csv, name="own_area_csv"),
    path("auswertungen/zeitreihen/", series.page, name="series"),
    path("auswertungen/zeitreihen/bild.svg", series.svg, name="series_svg"),
    path("auswertungen/zeitreihen/bild.png", series.png, name="series_png"),
    path("auswertungen/zeitreihen/tabelle.xlsx", series.xlsx, name="series_xlsx"),
    path("auswertungen/streuung/", scatter.page, name="scatter"),
    path("auswertungen/streuung/bild.svg", scatter.svg, name="scatter_svg"),
    path("auswertungen/streuung/bild.png", scatter.png, name="scatter_png"),
    path("auswertungen/streuung/tabelle.xlsx", scatter.xlsx, name="scatter_xlsx"),
    path("auswertungen/vorausschaetzung/", projection.page, name="projection"),
    path("auswertungen/vorausschaetzung/bild.svg", projection.svg, name="projection_svg"),
    path("auswertungen/vorausschaetzung/bild.png", projection.png, name="projection_png"),
    path("auswertungen/vorausschaetzung/tabelle.xlsx", projection.xlsx, name="projection_xlsx"),
    path("katalog/", catalogue.catalogue_list, name="catalogue"),
    path("katalog/formel/", formulas.check, name="catalogue_formula"),
    path("katalog/einlesen/", catalogue.take_file, name="catalogue_import"),
    path("katalog/<slug:art>/neu/", editing.new, name="catalogue_new"),
    path("katalog/<slug:art>/<str:code>/", catalogue.item_page, name="catalogue_item"),
    path("katalog/<slug:art>/<str:code>/aendern/", editing.change, name="catalogue_change"),
    path("katalog/<slug:art>/<str:code>/verwerfen/", catalogue.discard, name="catalogue_discard"),
    path("katalog/<slug:art>/<str:code>/ausser-kraft/", catalogue.retire, name="catalogue_retire"),
    path(
        "katalog/<slug:art>/<str:code>/fassung/<int:number>/",
        catalogue.version_page,
        name="catalogue_version",
    ),
    path(
        "katalog/<slug:art>/<str:code>/fassung/<int:number>/datei.toml",
        catalogue.version_file,
        name="catalogue_file",
    ),
    path("methoden/", methods.method_list, name="method_list"),
    path("methoden/<str:indicator>/", methods.method, name="method"),
    path("verwaltung/", administration.overview, name="administration"),
    path("verwaltung/kreis/", administration.district, name="district_settings"),
    path("verwaltung/gebiete/", divisions.upload, name="division_import"),
    path("verwaltung/gebiete/<str:token>/", divisions.columns, name="division_columns"),
    path("verwaltung/gliederungen/", division_pages.division_list, name="division_list"),
    path("verwaltung/gliederungen/einwohner/", division_pages.points, name="division_points"),
    path("verwaltung/gliederungen/umsteiger/neu/", crosswalks.crosswalk_new, name="crosswalk_new"),
    path("verwaltung/gliederungen/umsteiger/<int:pk>/", crosswalks.crosswalk_page, name="crosswalk"),
    path(
        "verwaltung/gliederungen/umsteiger/<int:pk>/tabelle.<str:form>",
        crosswalks.crosswalk_file,
        name="crosswalk_file",
    ),
    path("verwaltung/gliederungen/<slug:code>/", division_pages.division_page, name="division"),
    path("verwaltung/gliederungen/<slug:code>/aendern/", area_changes.change, name="division_change"),
    path("verwaltung/gliederungen/<slug:code>/werte/", division_estimates, name="division_estimates"),
    path("verwaltung/gliederungen/<slug:code>/strassen/", streets.streets_page, name="division_streets"),
    path(
        "verwaltung/gliederungen/<slug:code>/strassen/verzeichnis.<str:form>",
        streets.streets_file,
        name="division_streets_file",
    ),
    path("berichte/", reports.report_list, name="report_list"),
    path("berichte/neu/", reports.report_new, name="report_new"),
    path("berichte/neu/<slug:template>/", reports.report_begin, name="report_begin"),
    path("berichte/hausstil/", reports.report_style, name="report_style"),
    path("berichte/<int:pk>/", reports.report_page, name="report"),
    path("berichte/<int:pk>/angaben/", reports.report_settings, name="report_settings"),
    path("berichte/<int:pk>/datenstand/", report_releases.report_release, name="report_release"),
    path("berichte/<int:pk>/zahl/", report_releases.report_figure, name="report_figure"),
    path("berichte/<int:pk>/vorschau/", report_files.report_preview, name="report_preview"),
    path("berichte/<int:pk>/bericht.<slug:kind>", report_files.report_file, name="report_file"),
    path("berichte/<int:pk>/ausgabe/<slug:kind>/", report_files.report_making, name="report_making"),
    path("berichte/<int:pk>/entfernt/", report_blocks.report_bin, name="report_bin"),
    path("berichte/<int:pk>/schritt/", report_blocks.report_step, name="report_step"),
    path("berichte/<int:pk>/einfuegen/", report_blocks.block_new, name="report_block_new"),
    path("berichte/<int:pk>/block/<str:block_id>/", report_blocks.block_page, name="report_block"),
    path(
        "berichte/<int:pk>/block/<str:block_id>/verlauf/", report_blocks.block_history, name="report_history"
    ),
    path(
        "berichte/<int:pk>/block/<str:block_id>/vorschau/",
        report_editor.block_preview,
        name="report_block_preview",
    ),
    path(
        "berichte/<int:pk>/block/<str:block_id>/saetze/",
        report_editor.block_offers,
        name="report_block_offers",
    ),
    path("verwaltung/gebietszuschnitt/", design.design_list, name="design_list"),
    path("verwaltung/gebietszuschnitt/neu/", design.design_new, name="design_new"),
    path("verwaltung/gebietszuschnitt/<int:pk>/", design.design_page, name="design"),
    path("verwaltung/gebietszuschnitt/<int:pk>/vergleich/", design.design_compare, name="design_compare"),
    path(
        "verwaltung/gebietszuschnitt/<int:pk>/<int:number>/",
        design_versions.version_page,
        name="design_version",
    ),
    path(
        "verwaltung/gebietszuschnitt/<int:pk>/<int:number>/datei.<str:form>",
        design_downloads.design_file,
        name="design_file",
    ),
    path("verwaltung/konten/neu/", administration.account_new, name="account_new"),
    path("verwaltung/konten/<int:pk>/sperren/", administration.account_lock, name="account_lock"),
    path("glossar/", pages.glossary, name="glossary"),
    path("barrierefreiheit/", pages.accessibility, name="accessibility"),
    path("impressum/", pages.imprint, name="imprint"),
]

handler400 = "wohnplatz.web.errors.bad_request"
handler403 = "wohnplatz.web.errors.permission_denied"
handler404 = "wohnplatz.web.errors.page_not_found"
handler500 = "wohnplatz.web.errors.server_error"
