import { readFile } from "node:fs/promises";
import { inflateSync } from "node:zlib";
import { initWasm, Resvg } from "@resvg/resvg-wasm";
import { expect, test } from "vitest";
import { nodePaint } from "../../../main/painting.ts";
import { blocksOf } from "../figure/blocks.ts";
import { captionOf, looks } from "../figure/captions.ts";
import { goldenSubjects, subjectOf } from "../golden-subjects.ts";
import { type Format, formats } from "../index.ts";
import { textWidth } from "../svg/text-width.ts";
import { type Theme, themeNames, themes } from "../svg/theme.ts";
import { writeFormat } from "../write-format.ts";
import { resolutionFor } from "./paint.ts";
import { withResolution } from "./resolution.ts";

const subject = goldenSubjects["edge-lover"] ?? subjectOf("none", []);

interface Image {
  readonly width: number;
  readonly height: number;
  /** Red, green and blue of a dot. */
  dot(x: number, y: number): readonly number[];
}

/** A reader of 8-bit RGBA files without interlace, which checks every check sum (PNG, third edition). */
function readPng(file: Uint8Array): Image {
  expect([...file.subarray(0, 8)]).toEqual([137, 80, 78, 71, 13, 10, 26, 10]);
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const chunks = new Map<string, Uint8Array[]>();
  for (let at = 8; at < file.length; ) {
    const length = view.getUint32(at);
    const type = String.fromCharCode(...file.subarray(at + 4, at + 8));
    expect(view.getUint32(at + 8 + length), type).toBe(crc(file.subarray(at + 4, at + 8 + length)));
    chunks.set(type, [...(chunks.get(type) ?? []), file.subarray(at + 8, at + 8 + length)]);
    at += 12 + length;
  }
  const part = (name: string): DataView => {
    const [found = new Uint8Array()] = chunks.get(name) ?? [];
    return new DataView(found.buffer, found.byteOffset, found.byteLength);
  };
  const header = part("IHDR");
  const [width, height] = [header.getUint32(0), header.getUint32(4)];
  expect([header.getUint8(8), header.getUint8(9), header.getUint8(12)]).toEqual([8, 6, 0]);
  const rows = inflateSync(Buffer.concat(chunks.get("IDAT") ?? []));
  const stride = 4 * width;
  const dots = new Uint8Array(stride * height);
  for (let y = 0; y < height; y++) {
    const filter = rows[y * (stride + 1)];
    for (let x = 0; x < stride; x++) {
      const left = x < 4 ? 0 : (dots[y * stride + x - 4] ?? 0);
      const above = y ? (dots[(y - 1) * stride + x] ?? 0) : 0;
      const corner = y && x >= 4 ? (dots[(y - 1) * stride + x - 4] ?? 0) : 0;
      const raw = rows[y * (stride + 1) + 1 + x] ?? 0;
      dots[y * stride + x] = raw + predicted(filter, left, above, corner);
    }
  }
  return {
    width,
    height,
    dot: (x, y) => [...dots.subarray(y * stride + 4 * x, y * stride + 4 * x + 3)],
  };
}

function predicted(filter: number | undefined, left: number, above: number, corner: number): number {
  if (filter === 1) return left;
  if (filter === 2) return above;
  if (filter === 3) return (left + above) >> 1;
  if (filter !== 4) return 0;
  const a = Math.abs(above - corner);
  const b = Math.abs(left - corner);
  const c = Math.abs(left + above - 2 * corner);
  if (a <= b && a <= c) return left;
  return b <= c ? above : corner;
}

function crc(bytes: Uint8Array): number {
  const table = Array.from({ length: 256 }, (_, index) => {
    let it = index;
    for (let bit = 0; bit < 8; bit++) it = it & 1 ? 0xedb88320 ^ (it >>> 1) : it >>> 1;
    return it >>> 0;
  });
  let sum = 0xffffffff;
  for (const byte of bytes) sum = (table[(sum ^ byte) & 255] ?? 0) ^ (sum >>> 8);
  return (sum ^ 0xffffffff) >>> 0;
}

async function painted(name: "png" | "figure-png", theme: Theme): Promise<Uint8Array> {
  const format: Format = formats[name];
  if (format.makes !== "image") throw new Error(`${name} is no image.`);
  const given = { weights: {}, trained: false };
  const file = await writeFormat(format, { format: name, subject, given, theme, paint: nodePaint });
  if ("refused" in file) throw new Error(file.refused);
  return file.bytes;
}

const channels = (colour: string): readonly number[] =>
  [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16));

test.each(themeNames)("pictures come out in 300 dots per inch and their colours, %s", async (theme) => {
  for (const name of ["png", "figure-png"] as const) {
    const file = await painted(name, theme);
    const image = readPng(file);
    const svg = formats[name].draw(subject, theme);
    const [, width, height] = (/ width="(\d+)" height="(\d+)"/.exec(svg) ?? []).map(Number);
    expect(image.width).toBeCloseTo(((width ?? 0) * 300) / 96, -1);
    expect(image.height).toBeCloseTo(((height ?? 0) * 300) / 96, -1);
    expect(dotsPerMetre(file)).toBe(11_811);
    expect(image.dot(0, 0)).toEqual(channels(themes[theme].ground));
    const [inkRed, inkGreen] = channels(themes[theme].ink);
    let [ink, grey] = [0, true];
    for (let y = 0; y < image.height; y += 2)
      for (let x = 0; x < image.width; x += 2) {
        const [red, green, blue] = image.dot(x, y);
        grey &&= red === green && green === blue;
        if (red === inkRed && green === inkGreen) ink++;
      }
    // The inner parts of letters.
    expect(ink).toBeGreaterThan(50);
    expect(grey).toBe(theme === "greyscale");
  }
});

test("the same picture gives the same bytes", async () => {
  expect(await painted("figure-png", "light")).toEqual(await painted("figure-png", "light"));
});

test("a huge picture is painted coarser, and one beyond that refused", async () => {
  expect([
    resolutionFor(900, 600),
    resolutionFor(800, 5000),
    resolutionFor(800, 20_000),
    resolutionFor(800, 50_000),
  ]).toEqual([300, 192, 96, undefined]);
  expect(await nodePaint('<svg width="800" height="50000"/>')).toEqual({
    refused: "A picture of 800×50000 pixels is too large for PNG. Export it as SVG instead.",
  });
});

/** Of a file of ours, whose second chunk says it. */
const dotsPerMetre = (file: Uint8Array): number =>
  new DataView(file.buffer, file.byteOffset + 41).getUint32(0);

test("the resolution stands behind the header", () => {
  const file = withResolution(new Uint8Array(60).fill(7), 96);
  expect(file.length).toBe(81);
  expect(String.fromCharCode(...file.subarray(37, 41))).toBe("pHYs");
});

test("estimated widths of captions are those of the fonts", async () => {
  const load = (path: string): Promise<Buffer> => readFile(`node_modules/${path}`);
  await initWasm(await load("@resvg/resvg-wasm/index_bg.wasm")).catch(() => {});
  const fontBuffers = await Promise.all(
    [
      "@expo-google-fonts/inter/400Regular/Inter_400Regular.ttf",
      "@expo-google-fonts/inter/600SemiBold/Inter_600SemiBold.ttf",
      "@expo-google-fonts/jetbrains-mono/400Regular/JetBrainsMono_400Regular.ttf",
    ].map(load),
  );
  const lines = Object.values(goldenSubjects).flatMap(({ plan }) =>
    blocksOf(plan).flatMap((it) => captionOf(it).lines),
  );
  for (const { text, look } of new Map(lines.map((it) => [it.text, it])).values()) {
    const { size, mono, weight } = looks[look];
    const family = mono ? "JetBrains Mono" : "Inter";
    const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="400" height="40"><text x="9" y="20" font-family="${family}" font-size="${size}" font-weight="${weight}">${text}</text></svg>`;
    const box = new Resvg(svg, { font: { fontBuffers } }).getBBox();
    const [real, estimate] = [box?.width ?? 0, textWidth(text, size, mono)];
    expect(real, text).toBeLessThan(1.12 * estimate + 2);
    expect(real, text).toBeGreaterThan(0.8 * estimate - 3);
  }
});
