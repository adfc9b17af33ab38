"""Check that one entry stands in the ledger as it was sealed: `python check_proof.py PROOF [PUBLIC_KEY] [ANCHOR]`."""

import base64
import hashlib
import json
import sys
from pathlib import Path


def main(proof_file: str, key_file: str = "", anchor_file: str = "") -> None:
    """Hash from the entry up to its batch, on from batch to batch, then look at the signature and the anchor."""
    proof = json.loads(Path(proof_file).read_text())
    found = _hash(b"\x00", proof["entry"].encode())
    for step in proof["path"]:
        other = bytes.fromhex(step["hash"])
        found = _hash(b"\x01", other + found if step["side"] == "left" else found + other)
    root = found.hex()
    for place, batch in enumerate(proof["batches"]):
        header = {name: batch[name] for name in ("at", "count", "number", "previous", "root", "total")}
        text = json.dumps(header, sort_keys=True, separators=(",", ":"))
        goes_on = place == 0 or batch["previous"] == proof["batches"][place - 1]["chain"]
        if batch["root"] != (root if place == 0 else batch["root"]) or not goes_on:
            sys.exit(f"Batch {batch['number']} does not hold what comes before it.")
        if _hash(b"\x02", text.encode()).hex() != batch["chain"]:
            sys.exit(f"Batch {batch['number']} was changed.")
    last = proof["batches"][-1]
    if key_file:
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey  # noqa: PLC0415

        key = Ed25519PublicKey.from_public_bytes(base64.b64decode(Path(key_file).read_text().split()[-1]))
        key.verify(bytes.fromhex(last["signature"]), bytes.fromhex(last["chain"]))
    anchor = (
        json.loads(Path(anchor_file).read_text()) if anchor_file else {"batch": last["number"], "chain": last["chain"]}
    )
    if (anchor["batch"], anchor["chain"]) != (last["number"], last["chain"]):
        sys.exit("The anchor says otherwise.")
    print(f"It holds: this entry stands in batch {proof['batches'][0]['number']}.")  # noqa: T201
    print(json.dumps(json.loads(proof["entry"]), indent=2))  # noqa: T201


def _hash(kind: bytes, text: bytes) -> bytes:
    return hashlib.sha256(kind + text).digest()


main(*sys.argv[1:])
