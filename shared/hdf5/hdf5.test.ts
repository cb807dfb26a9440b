import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { randomStream } from "../nodes/random.ts";
import { readHdf5, type StoredGroup } from "./read.ts";
import { writeHdf5 } from "./write.ts";

const sample = () =>
  writeHdf5((root) => {
    root.text("config", JSON.stringify({ name: "Grüße", long: "x".repeat(100_000) }));
    const layers = root.group("layers");
    layers.texts("names", ["conv_1", "dense"]);
    layers.texts("none", []);
    const vars = layers.group("conv_1").group("vars");
    vars.array("0", [2, 3], Float32Array.of(1, 2, 3, 4, 5, -6.5));
    vars.array("1", [], Float32Array.of(7));
    vars.array("2", [0], new Float32Array());
  });

async function found<T>(bytes: Uint8Array, look: (root: StoredGroup) => T): Promise<T> {
  const result = await readHdf5(bytes, look);
  if ("refused" in result) throw new Error(result.refused);
  return result.found;
}

describe("an HDF5 file", () => {
  test("holds what was put in", async () => {
    const seen = await found(await sample(), (root) => {
      const layers = root.group("layers");
      const vars = root.group("layers/conv_1/vars");
      return {
        config: root.attribute("config"),
        names: [root.names(), layers?.names(), layers?.attribute("names"), layers?.attribute("none")],
        arrays: vars?.names().map((it) => {
          const array = vars.array(it);
          return [array?.shape, array?.type, array?.read()];
        }),
      };
    });
    expect(seen).toEqual({
      config: JSON.stringify({ name: "Grüße", long: "x".repeat(100_000) }),
      names: [["layers"], ["conv_1"], ["conv_1", "dense"], []],
      arrays: [
        [[2, 3], "float32", { values: Float32Array.of(1, 2, 3, 4, 5, -6.5) }],
        [[], "float32", { values: Float32Array.of(7) }],
        [[0], "float32", { values: new Float32Array() }],
      ],
    });
  });

  test("says undefined of what it does not hold", async () => {
    const seen = await found(await sample(), (root) => [
      root.group("other"),
      root.array("layers"),
      root.group("layers/conv_1/vars/0"),
      root.array("layers/conv_1/vars/9"),
      root.attribute("other"),
      root.group("layers/conv_1/vars")?.attribute("config"),
    ]);
    expect(seen).toEqual(Array(6).fill(undefined));
  });

  test("may be open while another is written", async () => {
    const both = await Promise.all([sample(), sample(), sample()]);
    const names = await Promise.all(both.map((it) => found(it, (root) => root.names())));
    expect(names).toEqual([["layers"], ["layers"], ["layers"]]);
  });

  test("is one to h5py, and h5py's are read in every number type", async ({ skip }) => {
    const folder = await mkdtemp(join(tmpdir(), "hdf5-"));
    const python = promisify(execFile);
    try {
      const there = await python("/usr/bin/python3", ["-c", "import h5py"]).catch(() => undefined);
      if (!there) return skip("/usr/bin/python3 has no package h5py");
      await writeFile(join(folder, "ours.h5"), await sample());
      const { stdout } = await python("/usr/bin/python3", ["-c", byH5py, folder], { encoding: "buffer" });
      const types = "float32 float64 int8 int16 int32 int64 uint8 uint16 uint32 uint64".split(" ");
      const seen = await found(stdout, (root) => ({
        read: root.names().map((it) => [it, root.array(it)?.type, root.array(it)?.read()]),
        attributes: ["text", "bytes", "list", "number", "floats", "complex"].map((it) => root.attribute(it)),
      }));
      const refused = (it: string) => ({ refused: it });
      expect(seen.read).toEqual(
        [
          ["big_endian", "float32", { values: Float32Array.of(1, 2, 3) }],
          ["complex", "other", refused("it holds no numbers that can be read (other).")],
          ...types.map((it) => [it, it, { values: Float32Array.of(1, 2, 3) }]),
          ["half", "float16", refused("it holds no numbers that can be read (float16).")],
          ["huge", "float32", refused("it claims 10000000000 numbers, more than the file can hold.")],
          ["outside", undefined, undefined],
          ["packed", "float32", { values: new Float32Array(1000) }],
        ].toSorted((a, b) => (String(a[0]) < String(b[0]) ? -1 : 1)),
      );
      expect(seen.attributes).toEqual(["Grüße", "abc", ["a", "bc"], 3, [0.5, 1], undefined]);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

const byH5py = `
import h5py, io, json, numpy, sys
with h5py.File(sys.argv[1] + "/ours.h5") as it:
    assert json.loads(it.attrs["config"])["name"] == "Grüße"
    assert list(it["layers"].attrs["names"]) == [b"conv_1", b"dense"]
    assert it["layers"].attrs["none"].shape == (0,)
    vars = it["layers/conv_1/vars"]
    assert vars["0"].dtype == "<f4" and vars["0"][1, 2] == -6.5
    assert vars["1"][()] == 7 and vars["2"].shape == (0,)
file = io.BytesIO()
with h5py.File(file, "w") as it:
    for name in "float32 float64 int8 int16 int32 int64 uint8 uint16 uint32 uint64".split():
        it[name] = numpy.array([1, 2, 3], name)
    it["big_endian"] = numpy.array([1, 2, 3], ">f4")
    it["half"] = numpy.array([1, 2, 3], "float16")
    it["complex"] = numpy.array([1j])
    it.create_dataset("packed", data=numpy.zeros(1000, "float32"), compression="gzip")
    it.create_dataset("huge", (10**5, 10**5), "float32")
    it["outside"] = h5py.ExternalLink("/etc/passwd", "/")
    it.attrs["text"] = "Grüße"
    it.attrs["bytes"] = b"abc"
    it.attrs["list"] = numpy.array([b"a", b"bc"])
    it.attrs["number"] = 3
    it.attrs["floats"] = [0.5, 1.0]
    it.attrs["complex"] = 1j
sys.stdout.buffer.write(file.getvalue())
`;

describe("bytes that are no sound HDF5 file", () => {
  test("are refused when they are something else", async () => {
    for (const bytes of [new Uint8Array(), new Uint8Array(100), (await sample()).subarray(0, 300)])
      expect(await readHdf5(bytes, () => 0)).toEqual({
        refused: "it is no HDF5 file, or it is damaged.",
      });
  });

  test("are refused where the library would walk a heap for ever", async () => {
    const whole = await writeHdf5((root) => root.text("config", "a short text"));
    expect(await found(whole, (root) => root.attribute("config"))).toBe("a short text");
    const heap = Buffer.from(whole).indexOf("GCOL");
    const view = new DataView(whole.buffer, whole.byteOffset, whole.byteLength);
    // Text after text, up to object 0: what is free.
    let at = heap + 16;
    while (view.getUint16(at, true) !== 0)
      at += 16 + 8 * Math.ceil(Number(view.getBigUint64(at + 8, true)) / 8);
    for (const size of [0n, 8n, 2n ** 32n - 64n, 2n ** 64n - 64n]) {
      view.setBigUint64(at + 8, size, true);
      expect(await readHdf5(whole, (root) => root.attribute("config"))).toEqual({
        refused: "it is no HDF5 file, or it is damaged.",
      });
    }
  });

  test("are refused or read in part when they are damaged, and never throw", async () => {
    const whole = await sample();
    const next = randomStream(5);
    let refused = 0;
    for (let trial = 0; trial < 500; trial++) {
      const damaged = whole.slice(0, trial % 3 === 0 ? Math.floor(next() * whole.length) : undefined);
      for (let at = 0; at < 1 + (trial % 8); at++)
        damaged[Math.floor(next() * Math.min(damaged.length, 4000))] = Math.floor(256 * next());
      const seen = await readHdf5(damaged, (root) => [
        walked(root, 0),
        root.attribute("config"),
        root.group("layers")?.attribute("names"),
      ]);
      if ("refused" in seen) refused++;
    }
    expect(refused).toBeGreaterThan(100);
    // The library lives on.
    expect(await found(whole, (root) => root.names())).toEqual(["layers"]);
  });
});

/** Numbers in all arrays below. */
function walked(group: StoredGroup, depth: number): number {
  if (depth > 5) return 0;
  return group.names().reduce((sum, name) => {
    const read = group.array(name)?.read();
    if (read) return sum + ("values" in read ? read.values.length : 0);
    const inner = group.group(name);
    return inner ? sum + walked(inner, depth + 1) : sum;
  }, 0);
}
