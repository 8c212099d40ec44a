import { crc32, deflateSync, inflateSync } from 'node:zlib'

const signature = 8
const most = 256

/** A PNG of eight bits a channel as one of at most 256 colours, the most frequent: half as large, and nobody sees it. */
export function indexed(png: Buffer): Buffer {
  const { header, pixels, channels } = decoded(png)
  const [width, height] = [header.readUInt32BE(0), header.readUInt32BE(4)]
  const counts = new Map<number, number>()
  for (let at = 0; at < pixels.length; at += channels) {
    const colour = pixels.readUIntBE(at, 3)
    counts.set(colour, (counts.get(colour) ?? 0) + 1)
  }
  const palette = [...counts]
    .sort(([, a], [, b]) => b - a)
    .slice(0, most)
    .map(([colour]) => colour)
  const places = new Map([...counts.keys()].map((colour) => [colour, nearest(colour, palette)]))
  const lines = Buffer.alloc((width + 1) * height)
  for (let row = 0; row < height; row++)
    for (let column = 0; column < width; column++) {
      const colour = pixels.readUIntBE((row * width + column) * channels, 3)
      lines[row * (width + 1) + 1 + column] = places.get(colour) ?? 0
    }
  const colours = Buffer.concat(palette.map((colour) => Buffer.from([colour >> 16, colour >> 8, colour])))
  header[9] = 3
  const chunks = [
    chunk('IHDR', header),
    chunk('PLTE', colours),
    chunk('IDAT', deflateSync(lines, { level: 9 })),
  ]
  return Buffer.concat([png.subarray(0, signature), ...chunks, chunk('IEND', Buffer.alloc(0))])
}

function nearest(colour: number, palette: readonly number[]): number {
  const far = (other: number): number =>
    [16, 8, 0].reduce((sum, by) => sum + (((colour >> by) & 255) - ((other >> by) & 255)) ** 2, 0)
  let best = 0
  palette.forEach((other, place) => {
    if (far(other) < far(palette[best] ?? 0)) best = place
  })
  return best
}

function decoded(png: Buffer): {
  readonly header: Buffer
  readonly pixels: Buffer
  readonly channels: number
} {
  let header = Buffer.alloc(0)
  const data: Buffer[] = []
  for (let at = signature; at < png.length;) {
    const length = png.readUInt32BE(at)
    const type = png.toString('latin1', at + 4, at + 8)
    const body = png.subarray(at + 8, at + 8 + length)
    if (type === 'IHDR') header = Buffer.from(body)
    if (type === 'IDAT') data.push(body)
    at += 12 + length
  }
  const channels = header[9] === 6 ? 4 : 3
  const stride = header.readUInt32BE(0) * channels
  return { header, pixels: unfiltered(inflateSync(Buffer.concat(data)), stride, channels), channels }
}

/** The filters of PNG, chapter 9. */
function unfiltered(lines: Buffer, stride: number, channels: number): Buffer {
  const pixels = Buffer.alloc((lines.length / (stride + 1)) * stride)
  for (let row = 0; row * (stride + 1) < lines.length; row++) {
    const filter = lines[row * (stride + 1)]
    for (let i = 0; i < stride; i++) {
      const at = row * stride + i
      const left = i < channels ? 0 : (pixels[at - channels] ?? 0)
      const up = row === 0 ? 0 : (pixels[at - stride] ?? 0)
      const corner = row === 0 || i < channels ? 0 : (pixels[at - stride - channels] ?? 0)
      const guess = [0, left, up, (left + up) >> 1, paeth(left, up, corner)][filter ?? 0] ?? 0
      pixels[at] = (lines[row * (stride + 1) + 1 + i] ?? 0) + guess
    }
  }
  return pixels
}

function paeth(left: number, up: number, corner: number): number {
  const [a, b, c] = [Math.abs(up - corner), Math.abs(left - corner), Math.abs(left + up - 2 * corner)]
  return a <= b && a <= c ? left : b <= c ? up : corner
}

function chunk(type: string, body: Buffer): Buffer {
  const all = Buffer.concat([Buffer.from(type, 'latin1'), body])
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)]
  length.writeUInt32BE(body.length)
  sum.writeUInt32BE(crc32(all))
  return Buffer.concat([length, all, sum])
}
