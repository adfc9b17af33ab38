"""Making Room: intake, matching and closed-loop referral for harm reduction psychotherapy.

The rooms stand on one street. A room may know the rooms further down, never those further up::

    app         puts the house together; the only module that knows every room
    cli         commands that a person or a scheduler runs
    chores      what a worker tidies up                demo | serving   a house to try things in

    inventory   what we hold, why, for how long, and what it would yield to whoever took it
    mine        the person's own door: read, correct, take back, see who saw it, take a copy along, erase
    erasure     being forgotten: everywhere at once, for good
    law         what the law allows without consent, what it demands, whose yes it asks for
    coordinating for whoever looks after many: whom a place could help, a morning's round, a proposal
    referrals   people on their way to help: moves, hand-offs
    matching    who can help, why, why not, and what would change that
    disclosures what was told to whom: the accounting
    intakes     what a person said when they came in, in versions
    providers   providers, practitioners, credentials, offerings, capacity
    consents    permission to disclose, and the one gate every disclosure passes
    people      a person: return codes, status
    places      places that an organization knows by name
    guidance    what we tell everybody: help now, our limits, code lists, person-first language
    rulebook    what matching weighs and by which curves, in versions that are signed off
    http        the door: operations, problems, idempotency, versions, pages
    access      organizations, applications, credentials, scopes
    outbox      what we have promised to tell others
    ledger      what happened

    runtime     what the outside world lends us: databases, vault, clock
    vault       what only a person's own key opens
    database    the ground every record stands on
    wall        whom PostgreSQL lets a transaction see
    settings    what the environment decides          errors   the family of refusals
    documents   values as JSON                        rows     rows that are written without being watched
    files       files that are whole or not there

Inside a room, downwards: ``routes`` → ``schemas`` | ``actions`` → ``queries`` → ``models`` → ``rules``.
"""
