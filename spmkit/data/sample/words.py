"""The words of the sample company: names, products, regions. All are invented."""

from __future__ import annotations

REGIONS = ("Northeast", "Southeast", "Central", "West")
CENTRES = ((41.5, -73.0), (32.5, -82.5), (40.5, -92.0), (37.5, -120.0))
SEGMENTS = ("SMB", "Mid-Market", "Enterprise")
TYPES = ("new", "expansion", "renewal")
SOURCES = ("Website", "Event", "Partner", "Referral", "Outbound", "Customer")
PRODUCTS = ("Core", "Analytics", "Automation", "Premier Support")
STAGES = ("Prospecting", "Qualification", "Discovery", "Proposal", "Negotiation")
CLOSED_STAGES = ("Closed Won", "Closed Lost")
OUTCOMES = ("open", "won", "lost", "no_decision", "void")
CATEGORIES = ("Pipeline", "Best Case", "Commit", "Closed", "Omitted")
LOSS_REASONS = ("Price", "Competitor", "Missing feature", "Timing", "Went silent", "No budget")
ACTIVITIES = (
    "call",
    "email",
    "meeting",
    "demo",
    "prospecting call",
    "crm update",
    "internal",
    "trip",
)
LEAVES = ("parental", "medical", "sabbatical")
INDUSTRIES = ("Manufacturing", "Retail", "Health care", "Logistics", "Software", "Public sector")
COMMENTS = ("Quick answers.", "Price was a surprise.", "Knows our business.", "Slow to respond.")


def _words(text: str) -> tuple[str, ...]:
    """Split a list of words, which is shorter to read than to quote."""
    return tuple(text.split())


FIRST = _words(
    "Amara Aiko Anders Beatriz Bilal Bronwyn Camila Chidi Clara Dario Deepa Desmond Elif "
    "Emeka Esther Farid Fiona Gabriela Goran Hana Hector Ines Isaac Ivana Jamal Jia Joanna "
    "Kofi Kavya Lars Leila Linh Lucia Malik Mara Mateo Mei Milan Nadia Naveen Nia Omar Paloma "
    "Petra Priya Quentin Rafael Renata Rosa Ruben Samira Sanjay Selma Soren Tariq Teresa "
    "Thandi Tomas Uma Viktor Wanda Xavier Yara Yusuf Zofia"
)
LAST = _words(
    "Abara Adeyemi Almeida Ansari Araya Bakker Banerjee Barros Becker Bianchi Botha Brandt "
    "Byrne Calloway Castellan Chaudhry Cho Dahl Darzi Delacroix Demir Dvorak Ekholm Eriksen "
    "Falk Ferreira Fontaine Fujita Gallo Garrick Ghosh Grady Haddad Halloran Hayashi Horvat "
    "Ibarra Ilves Jansen Joshi Kaplan Karimi Kessler Kimura Kovac Kruger Lindqvist Lombardi "
    "Mahlangu Marek Mbeki Mendes Moreau Nakano Navarro Ndiaye Novak Obi Okafor Olsen Osei "
    "Pereira Petrov Quist Rahman Ramaswamy Reyes Rossi Sato Sauer Schroder Silva Sorensen "
    "Takeda Tanaka Tembo Ueda Vance Varga Villanueva Weiss Wojcik Yilmaz Zamora Zhang"
)
FIRMS = _words(
    "Alder Amber Aspen Basalt Beacon Birch Bluefin Bramble Brightwater Cedar Cinder "
    "Clearfield Cobalt Copper Coral Crestline Dunmore Ember Fairhaven Fernhill Flint Foxglove "
    "Garnet Glenrock Granite Greywood Harbor Hawthorn Hazel Highmoor Indigo Ironbridge "
    "Juniper Kestrel Lakeview Larkspur Linden Lodestar Maplewood Marlow Meridian Millstone "
    "Mosswood Northgate Oakhurst Obsidian Orchard Osprey Palisade Pinecrest Quarry Redwing "
    "Ridgeway Riverbend Rowan Saffron Sequoia Silverleaf Slate Stonefield Summit Tamarack "
    "Thornbury Tidewater Upland Valewood Verdant Westbrook Willow Yarrow"
)
TRADES = _words(
    "Analytics Brands Building Chemicals Components Consulting Dental Devices Electric Energy "
    "Finance Foods Freight Furniture Glass Health Holdings Hotels Insurance Labs Logistics "
    "Machinery Marine Media Metals Mills Motors Networks Optics Packaging Paper Pharma "
    "Plastics Printing Rail Research Schools Software Steel Stores Supply Systems Textiles "
    "Tools Travel"
)


def person(number: int) -> tuple[str, str]:
    """Give the first and last name of a person; the numbers walk through all pairs.

    Parameters
    ----------
    number
        Which person, from 0.

    Returns
    -------
    tuple
        First and last name; beyond every pair, the last name carries a numeral.

    Examples
    --------
    >>> person(0), person(1)
    (('Amara', 'Abara'), ('Goran', 'Ilves'))
    """
    # 1105 and 630 are where the walk through both lists comes round; then one list shifts by one.
    first, last = FIRST[number * 18 % 65], LAST[(number * 37 + number // 1105) % 85]
    return first, last if number < 5525 else f"{last}-{number // 5525 + 1}"


def firm(number: int) -> str:
    """Give the name of an account; the numbers walk through all pairs.

    Parameters
    ----------
    number
        Which account, from 0.

    Returns
    -------
    str
        Two words; beyond every pair, a number follows.

    Examples
    --------
    >>> firm(0), firm(1)
    ('Alder Analytics', 'Glenrock Devices')
    """
    name = f"{FIRMS[number * 23 % 70]} {TRADES[(number * 7 + number // 630) % 45]}"
    return name if number < 3150 else f"{name} {number // 3150 + 1}"
