from lib.storing import storable


def test_what_postgresql_cannot_keep_is_left_out() -> None:
    assert storable("250 Gard\0é \ud83d\N{PARTY POPPER} merci") == "250 Gardé ?\N{PARTY POPPER} merci"
