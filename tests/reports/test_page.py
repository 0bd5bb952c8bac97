from __future__ import annotations

from spmkit.reports import page


def test_text_is_escaped_and_parts_are_not():
    said = page.lead("<b>", page.accent("<91 %>"))
    assert str(said) == '<p class="lead">&lt;b&gt;<b>&lt;91\xa0%&gt;</b></p>'


def test_a_part_shows_itself():
    assert page.foot("a & b")._repr_html_() == "<footer><p>a &amp; b</p></footer>"


def test_numbers_can_be_figures():
    assert "<dd>17<small>of 58</small></dd>" in page.figures(("At quota", 17, "of 58"))


def test_a_masthead_escapes_what_it_covers():
    assert "<p>R&amp;D · 2026Q3</p>" in page.masthead("Review", "R&D", "2026Q3")
