"""Without a network everything works."""

from __future__ import annotations

from urllib.parse import urlsplit

from playwright.sync_api import Page, Request, WebSocket, expect

from tests.browser import driver, reader


def use_everything(page: Page) -> None:
    """Use every feature of every page once."""
    reader.step_to(page, 3)
    reader.press(page, "Next", 60)
    reader.time(page).press("ArrowLeft")
    driver.painted(page, 59)
    for layer in ("change", "detection", "zones", "investment", "coverage", "crossings"):
        reader.switch(page, layer)
    reader.switch(page, "crossings")
    reader.hover(page, *reader.place("14039"))
    expect(reader.tooltip(page)).to_be_visible()
    reader.click(page, *reader.place("14039"))
    expect(reader.card(page)).to_be_visible()
    field = page.get_by_role("textbox", name="Find a municipality")
    field.fill("juarez")
    field.press("Enter")
    page.get_by_role("button", name="08037").click()
    reader.wait_for_map(page, "Pick", "08037")
    page.locator(driver.MAP).get_by_role("button", name="Zoom in").click()
    page.locator(driver.MAP).get_by_role("button", name="Show the whole country").click()
    page.get_by_text("Show as table").click()
    expect(page.get_by_test_id("stDataFrame")).to_be_visible()
    page.get_by_role("button", name="Download", exact=True).click()
    with page.expect_download(timeout=driver.PATIENCE_MS) as started:
        page.get_by_role("button", name="as GeoJSON").first.click()
    assert started.value.failure() is None
    page.keyboard.press("Escape")
    reader.go(page, "Border")
    expect(page.locator(".stVegaLiteChart svg")).to_have_count(3)
    reader.go(page, "Investment")
    expect(page.locator(".stVegaLiteChart svg")).to_have_count(8)
    reader.go(page, "Roadmap")
    page.locator(".a-time summary").first.click()
    reader.go(page, "Method and sources")
    expect(page.locator(".katex").first).to_be_visible()
    page.get_by_text("All observed indicators", exact=True).click()
    reader.go(page, "Map")
    reader.wait_for_map(page, "Pick", "08037")
    page.reload()
    driver.settled(page)
    driver.painted(page, 59)


def test_every_feature_works_and_nothing_is_asked_of_another_machine(page: Page) -> None:
    asked: list[str] = []

    def note(sent: Request | WebSocket) -> None:
        asked.append(sent.url)

    page.context.on("request", note)
    page.on("websocket", note)
    page.reload()
    driver.settled(page)
    use_everything(page)
    parts = [urlsplit(url) for url in asked]
    reached = {(each.scheme, each.hostname) for each in parts if each.scheme not in {"data", "blob"}}
    assert reached == {("http", "127.0.0.1"), ("ws", "127.0.0.1")}
    assert len(asked) > 20
