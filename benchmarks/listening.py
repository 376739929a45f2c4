"""Listening back: how often the verdict is right, over hearings simulated in a village (benchmarks/_village.py).

Recordings are real: the 24 bulletins as they air (signal, announcement, bulletin, closing), one airing of seven of
them, and short calls, rendered by `loa`. Thresholds were chosen on seeds 1 to 3; the figures of the docs are of seed 4.
`python -m benchmarks.listening 620 4`: so many hearings of seed 4.
"""

from __future__ import annotations

import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
import wave
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

import numpy as np

from benchmarks._village import NOISES, RATE, Random, Scene, Wave, draw, hear, over
from pipeline.listening import Hearing, Verdict
from pipeline.listening.comparing import compare
from pipeline.playout import decoder

ROOT = Path(__file__).parents[1]
QUICK, SEED = 24, 4  # `make bench`; the figures of the docs: 620 hearings of seed 4
LONG = "seven"
LEAST_S = 4  # what sounded, and what did not, is at least so long: less than three seconds nobody can place
CALLS = (
    "Khẩn cấp. Nước sông Văn Úc đang lên nhanh. Bà con ngoài đê hãy vào trong đê ngay.",
    "Khẩn cấp. Cháy lớn ở chợ Quang Hưng. Bà con tránh đường cho xe chữa cháy.",
    "Bà con chú ý. Đang có kẻ giả danh công an gọi điện đòi tiền. Hãy tắt máy và báo công an xã.",
    "Thông báo. Chiều nay bão số tám vào bờ. Bà con chằng chống nhà cửa, không ra đường sau mười bảy giờ.",
    "Thông báo mất điện. Từ bảy giờ đến mười một giờ sáng mai, các thôn phía nam sông tạm ngừng cấp điện.",
    "Bà con chú ý. Trẻ bị lạc ở bến phà Khuể, bé trai năm tuổi, áo đỏ. Ai thấy xin báo công an xã.",
)

HEARD, PARTLY, NOT_HEARD, UNSURE = Verdict.HEARD, Verdict.PARTLY, Verdict.NOT_HEARD, Verdict.UNSURE


@dataclass(frozen=True)
class Result:
    case: str
    noise: str
    snr_db: float
    name: str
    hearing: Hearing
    right: bool
    off_s: float | None  # delay found against delay made
    edge_s: float | None  # end or beginning found against the true one
    cpu_s: float
    said: str


@dataclass(frozen=True)
class Made:
    """A hearing to be judged: the file's wave, which verdicts are right, and where the part that sounded lies."""

    wave: Wave
    right: frozenset[Verdict]
    scene: Scene
    sounded_s: tuple[float, float] | None = None


# --- the cases --------------------------------------------------------------------------------------------------------

Case = Callable[[Random, Scene, Wave, Wave, list[Wave]], Made]


def right(random: Random, scene: Scene, wave: Wave, other: Wave, all_: list[Wave]) -> Made:
    return Made(hear(random, scene, wave, wave.size, all_), frozenset({HEARD}), scene)


def faint(random: Random, scene: Scene, wave: Wave, other: Wave, all_: list[Wave]) -> Made:
    """The right one under noise far louder than it: nobody need be sure, but nobody may deny it."""
    scene = replace(scene, snr_db=random.uniform(-14, -5))
    return Made(hear(random, scene, wave, wave.size, all_), frozenset({HEARD, UNSURE}), scene)


def wrong(random: Random, scene: Scene, wave: Wave, other: Wave, all_: list[Wave]) -> Made:
    """Another bulletin of the same programme, by the same voice, behind the same opening."""
    return Made(hear(random, scene, other, wave.size, all_), frozenset({NOT_HEARD}), scene)


def silence(random: Random, scene: Scene, wave: Wave, other: Wave, all_: list[Wave]) -> Made:
    scene = replace(scene, snr_db=random.uniform(30, 60), gain_db=min(0.0, scene.gain_db), agc=False)
    made = hear(random, scene, wave[:0], wave.size, all_)
    return Made(made * 0 if random.random() < 0.3 else made, frozenset({NOT_HEARD}), scene)


def noise(random: Random, scene: Scene, wave: Wave, other: Wave, all_: list[Wave]) -> Made:
    return Made(hear(random, scene, wave[:0], wave.size, all_), frozenset({NOT_HEARD}), scene)


def cut(random: Random, scene: Scene, wave: Wave, other: Wave, all_: list[Wave]) -> Made:
    """Ends at three tenths to four fifths; half the time another airing goes on in its place."""
    at = _within(random.uniform(0.3, 0.8), wave)
    played = wave[:at]
    if random.random() < 0.5:
        played = np.concatenate([played, np.resize(other[other.size // 4 :], wave.size - at)])
    return Made(hear(random, scene, played, wave.size, all_), frozenset({PARTLY}), scene, (0.0, at / RATE))


def late(random: Random, scene: Scene, wave: Wave, other: Wave, all_: list[Wave]) -> Made:
    """The amplifier was switched on when a part had passed."""
    at = _within(random.uniform(0.2, 0.7), wave)
    played = np.concatenate([np.zeros(at), wave[at:]])
    sounded = (at / RATE, wave.size / RATE)
    return Made(hear(random, scene, played, wave.size, all_), frozenset({PARTLY}), scene, sounded)


def gap(random: Random, scene: Scene, wave: Wave, other: Wave, all_: list[Wave]) -> Made:
    """Something else, or nothing, for 15 to 40 % in the middle."""
    length = round(random.uniform(0.15, 0.4) * wave.size)
    at = round(random.uniform(0.2, 0.5) * wave.size)
    played = wave.copy()
    played[at : at + length] = np.resize(other[-length:], length) if random.random() < 0.5 else 0.0
    return Made(hear(random, scene, played[: wave.size], wave.size, all_), frozenset({PARTLY}), scene)


def beside(random: Random, scene: Scene, wave: Wave, other: Wave, all_: list[Wave]) -> Made:
    """The next commune airs something else at the same time, up to as loud."""
    both = over(random, scene, wave, np.roll(other, int(random.integers(other.size))), random.uniform(-12, 0))
    return Made(hear(random, scene, both, wave.size, all_), frozenset({HEARD}), scene)


def _within(share: float, wave: Wave) -> int:
    """A place in a recording, at least LEAST_S from both ends where it is that long."""
    least = min(LEAST_S * RATE, wave.size // 2)
    return int(np.clip(share * wave.size, least, wave.size - least))


CASES: Mapping[str, tuple[Case, float]] = {
    "right": (right, 0.32),
    "faint": (faint, 0.06),
    "wrong": (wrong, 0.18),
    "silence": (silence, 0.05),
    "noise": (noise, 0.13),
    "cut": (cut, 0.10),
    "late": (late, 0.04),
    "gap": (gap, 0.04),
    "beside": (beside, 0.08),
}


# --- the run ----------------------------------------------------------------------------------------------------------


def main() -> None:
    asked = [int(each) for each in sys.argv[1:] if each.isdigit()]
    hearings, seed = (*asked, *(QUICK, SEED)[len(asked) :])
    with tempfile.TemporaryDirectory() as folder:
        corpus = render(Path(folder))
        with ProcessPoolExecutor(max_workers=os.cpu_count()) as pool:
            tasks = [(seed * 1_000_000 + index, corpus) for index in range(hearings)]
            results = list(shown(pool.map(one, *zip(*tasks, strict=True))))
        tell(results)
        cost(corpus)


def shown(results: Iterator[Result]) -> Iterator[Result]:
    for result in results:
        if result.said:
            print(result.said, flush=True)
        yield result


def one(seed: int, corpus: dict[str, str]) -> Result:
    random = np.random.default_rng(seed)
    chosen = list(CASES)[int(random.choice(len(CASES), p=[share for _, share in CASES.values()]))]
    short, usual = [each for each in corpus if each.startswith("call")], [each for each in corpus if each[0] == "b"]
    if chosen == "gap":
        short = []  # a call is too short to have a gap and two parts that can be told
    kind = [LONG] if random.random() < 0.02 else (short if random.random() < 0.25 and short else usual)
    name = kind[int(random.integers(len(kind)))]
    others = [each for each in (short if name in short else usual) if each != name]
    other = others[int(random.integers(len(others)))]
    crowd = [decoded(corpus[each]) for each in usual if each not in (name, other)]
    noise_name = list(NOISES)[int(random.integers(len(NOISES)))]
    scene = draw(random, noise_name, random.uniform(0, 20))
    if name in short:  # of a call that is cut as well, a microphone that begins late would hear next to nothing
        scene = replace(scene, delay_s=abs(scene.delay_s))
    made = CASES[chosen][0](random, scene, decoded(corpus[name]), decoded(corpus[other]), crowd)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "heard.wav"
        write(path, made.wave)
        before = spent()
        found = compare(Path(corpus[name]), path)
        cpu = spent() - before
    return judge(chosen, name, made, found, cpu, seed)


def judge(case: str, name: str, made: Made, found: Hearing, cpu: float, seed: int) -> Result:
    is_right = found.verdict in made.right
    scene, edge, off = made.scene, None, None
    if found.delay_s is not None and case not in ("wrong", "noise", "silence"):
        off = found.delay_s - scene.delay_s
    if made.sounded_s and found.from_s is not None and found.to_s is not None:
        edge = max(abs(found.from_s - made.sounded_s[0]), abs(found.to_s - made.sounded_s[1]), key=abs)
    said = ""
    if not is_right:
        said = f"{seed} {case} {name} {scene.noise} {scene.snr_db:.1f} dB {scene}: {found}"
    return Result(case, scene.noise, scene.snr_db, name, found, is_right, off, edge, cpu, said)


def tell(results: list[Result]) -> None:
    print(f"{'case':9}{'hearings':>9}" + "".join(f"{each.value:>11}" for each in Verdict) + f"{'right':>9}")
    for case in CASES:
        mine = [each for each in results if each.case == case]
        counts = Counter(each.hearing.verdict for each in mine)
        verdicts = "".join(f"{counts[each]:11}" for each in Verdict)
        print(f"{case:9}{len(mine):9}{verdicts}{sum(each.right for each in mine):9}")
    for what, group in (("all", results), ("all but faint", [each for each in results if each.case != "faint"])):
        count = sum(each.right for each in group)
        print(f"{what}: {count} of {len(group)} right, {100 * count / max(1, len(group)):.2f} %")
    denied = [each for each in results if each.case not in ("wrong", "silence", "noise")]
    claimed = [each for each in results if each.case in ("wrong", "silence", "noise")]
    print(f"heard what was not aired: {sum(each.hearing.verdict in (HEARD, PARTLY) for each in claimed)}")
    print(f"denied what was aired: {sum(each.hearing.verdict is NOT_HEARD for each in denied)}")
    figures("score, aired", [each.hearing.score for each in denied if each.case != "faint"])
    figures("score, not aired", [each.hearing.score for each in claimed])
    figures("delay off, s", [abs(each.off_s) for each in results if each.off_s is not None])
    figures("edge off, s", [each.edge_s for each in results if each.edge_s is not None])
    figures("processor, s", [each.cpu_s for each in results])


def figures(name: str, values: list[float]) -> None:
    if values:
        at = np.quantile(values, [0, 0.01, 0.5, 0.95, 0.99, 1])
        print(
            f"{name:17} min {at[0]:.2f}  1 % {at[1]:.2f}  median {at[2]:.2f}  95 % {at[3]:.2f}"
            f"  99 % {at[4]:.2f}  max {at[5]:.2f}"
        )


def cost(corpus: dict[str, str]) -> None:
    """The process a receiver runs, over the longest airing."""
    random = np.random.default_rng(1)
    played = decoded(corpus[LONG])
    run = "import sys; from pipeline.listening.__main__ import main; main(sys.argv[1:])"
    run += "; print(open('/proc/self/status').read())"
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "heard.wav"
        write(path, hear(random, draw(random, "traffic", 5), played, played.size, [decoded(corpus["b00"])]))
        started, before = time.monotonic(), spent()
        command = [sys.executable, "-c", run, corpus[LONG], str(path)]
        ended = subprocess.run(command, stdout=subprocess.PIPE, text=True, cwd=ROOT, check=True)
        wall, cpu = time.monotonic() - started, spent() - before
    said, *status = ended.stdout.splitlines()
    most = next(int(line.split()[1]) for line in status if line.startswith("VmHWM"))
    print(f"{played.size / RATE:.0f} s compared by a process of its own: {cpu:.1f} s of processor, {wall:.1f} s on the")
    print(f"  wall, {most / 1024:.0f} MB (without ffmpeg): {json.loads(said)['verdict']}")


# --- the recordings ---------------------------------------------------------------------------------------------------


def render(folder: Path) -> dict[str, str]:
    """Name → MP3: `b00` … of the sample's bulletins, each an airing of its own; `seven`; `call0` …"""
    for name in ("config", "scripts_audio"):
        shutil.copytree(ROOT / name, folder / name)
    ids = sorted(path.stem for path in (ROOT / "scripts_audio").rglob("*.md"))
    slots = [_slot(f"b{index:02}", f"{5 + index // 12}:{index % 12 * 5:02}", [id]) for index, id in enumerate(ids)]
    slots.append(_slot(LONG, "17:00", ids[:7]))
    (folder / "schedules").mkdir()
    head = "programme: thu\ntitle: Cảnh báo lừa đảo trên không gian mạng\nfrom: 2026-01-05\nslots:\n"
    (folder / "schedules/thu.yaml").write_text(head + "".join(slots), encoding="utf-8")
    _loa("produce", "--days", "2", "--site", str(folder))
    plan = json.loads(_loa("plan", "--days", "2", "--json", "--site", str(folder)))
    found = {each["slot"]: str(folder / f"var/audio/{each['recording']}.mp3") for each in plan["occurrences"]}
    for index, text in enumerate(CALLS):
        found[f"call{index}"] = str(folder / f"call{index}.mp3")
        _loa("say", text, "-o", found[f"call{index}"], "--site", str(folder))
    return found


def _slot(id: str, at: str, bulletins: list[str]) -> str:
    chosen = f"play: {{bulletins: [{', '.join(bulletins)}]}}"
    return f'  - {{id: {id}, days: daily, at: "{at}", medium: loudspeaker, areas: [an-lao], {chosen}}}\n'


def _loa(*arguments: str) -> str:
    command = [str(Path(sys.executable).with_name("loa")), *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT).stdout


@lru_cache(maxsize=40)
def decoded(path: str) -> Wave:
    raw = subprocess.run(decoder(Path(path), RATE, channels=1), check=True, capture_output=True).stdout
    return np.frombuffer(raw, dtype=np.int16).astype(np.float32) / 32768


def write(path: Path, samples: Wave) -> None:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes((np.clip(samples, -1, 1) * 32767).astype(np.int16).tobytes())


def spent() -> float:
    return sum(
        used.ru_utime + used.ru_stime
        for used in (resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN))
    )


if __name__ == "__main__":
    main()
