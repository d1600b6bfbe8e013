from __future__ import annotations

import pytest

from viz.topology.quantities import cpu_bits, cpu_numbers, cpu_text, memory_bytes, node_ids, plain_text


@pytest.mark.parametrize(
    ("value", "size"),
    [
        (0, 0),
        (4096, 4096),
        ("64 GiB", 64 * 2**30),
        ("64GiB", 64 * 2**30),
        ("1.5 TiB", 3 * 2**39),
        ("95991 MiB", 95991 * 2**20),
        ("1 kB", 1000),
        ("2.5 GB", 2_500_000_000),
        ("1 TB", 10**12),
        ("0 GiB", 0),
        (" 7 KiB ", 7168),
    ],
)
def test_sizes_are_read(value: object, size: int) -> None:
    assert memory_bytes(value) == size


@pytest.mark.parametrize(
    "value",
    [-1, True, 1.5, None, "", "lots", "64", "64 gb", "-1 GiB", "1e9 B", "٣ GiB", "9" * 400, 2**63, "9999999 PiB"],
)
def test_other_values_are_no_sizes(value: object) -> None:
    with pytest.raises(ValueError, match=r"GiB|machine"):
        memory_bytes(value)


@pytest.mark.parametrize(
    ("text", "cpus"),
    [
        ("", set()),
        ("  ", set()),
        ("3", {3}),
        ("0-3,8", {0, 1, 2, 3, 8}),
        (" 0 , 2 ", {0, 2}),
        ("0-6:2", {0, 2, 4, 6}),
        ("1-1,1", {1}),
        ("65535", {65535}),
        ("0-65535:32767", {0, 32767, 65534}),
        ("5-60:11,7-9", {5, 7, 8, 9, 16, 27, 38, 49, 60}),
    ],
)
def test_cpu_lists_are_read(text: str, cpus: set[int]) -> None:
    assert cpu_numbers(text) == cpus
    assert cpu_bits(text) == sum(1 << cpu for cpu in cpus)


@pytest.mark.parametrize(
    "text", ["", "0", "7", "8", "0-7", "0-8", "7-8,16", "3-5,15-24,40,1000-1024,65535", "65528-65535"]
)
def test_a_mask_gives_its_cpu_list(text: str) -> None:
    assert cpu_text(cpu_bits(text)) == text


@pytest.mark.parametrize(
    "text",
    [
        "0-999999999",
        "65536",
        "3-1",
        "0-8:0",
        "a",
        "1,,2",
        "-1",
        "٣",
        "1_0",
        "0-3-5",
        "9" * 5000,
        ",".join(["0-65535"] * 3),
        "0," * 300_000,
    ],
    ids=range(13),
)
def test_other_texts_are_no_cpu_lists(text: str) -> None:
    with pytest.raises(ValueError, match="CPU"):
        cpu_numbers(text)


@pytest.mark.parametrize(
    ("value", "ids"), [("0,2-4", (0, 2, 3, 4)), ([4, 0, 4], (0, 4)), ("", ()), ([], ()), ("1023", (1023,))]
)
def test_node_ids_are_read(value: object, ids: tuple[int, ...]) -> None:
    assert node_ids(value) == ids


@pytest.mark.parametrize(
    "value", ["x", "0-1024", "3-1", [True], ["0"], [1024], [1.0], 3, {}, "0," * 50_000, [0] * 5000]
)
def test_other_values_are_no_node_ids(value: object) -> None:
    with pytest.raises(ValueError, match=r"node|number|backwards"):
        node_ids(value)


@pytest.mark.parametrize("value", ["\x1b[31m", "\x00", "\ud800", "a\u202eb", 3, True, "x" * 50])
def test_text_that_could_do_harm_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match="text"):
        plain_text(40)(value)


def test_markup_is_accepted_and_line_ends_become_blanks() -> None:
    assert plain_text(40)("<script>\n  x\t</script> ж") == "<script> x </script> ж"
