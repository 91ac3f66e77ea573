/** Hashes or entries in a full tile. */
export const TILE_WIDTH = 256;
/** Levels of the tree in a tile: tiles have 2^8 hashes. */
export const TILE_HEIGHT = 8;

/** Tile of hashes at a level, or (`entries`) the bundle of entries of a tile of level 0. */
export interface TileAddress {
  readonly level: number | 'entries';
  readonly index: number;
  /** 256 for a full tile. */
  readonly width: number;
}

const LEVELS_MAX = 63;
const NAME = /^(entries|0|[1-9]\d?)\/((?:x\d{3}\/){0,5}\d{3})(?:\.p\/([1-9]\d{0,2}))?$/;

/** Parses `<L>/<N>[.p/<W>]` of https://c2sp.org/tlog-tiles; undefined if invalid. */
export function parseTilePath(path: string): TileAddress | undefined {
  const [, level = '', digits = '', width] = NAME.exec(path) ?? [];
  const groups = digits.split('/').map((group) => group.replace('x', ''));
  const address: TileAddress = {
    level: level === 'entries' ? level : Number(level),
    index: Number(groups.join('')),
    width: width === undefined ? TILE_WIDTH : Number(width),
  };
  const isWide = width !== undefined && address.width >= TILE_WIDTH;
  if (digits === '' || isWide || Number(address.level) > LEVELS_MAX) return undefined;
  // Leading zeros would give one tile several names.
  return formatTilePath(address) === path ? address : undefined;
}

export function formatTilePath({ level, index, width }: TileAddress): string {
  let rest = Math.floor(index / 1_000);
  let name = threeDigits(index % 1_000);
  for (; rest > 0; rest = Math.floor(rest / 1_000)) name = `x${threeDigits(rest % 1_000)}/${name}`;
  return `${level}/${name}${width === TILE_WIDTH ? '' : `.p/${width}`}`;
}

function threeDigits(value: number): string {
  return String(value).padStart(3, '0');
}

/** Returns the number of hashes of the tile in a tree of this size: 0 if it does not exist yet. */
export function tileWidth(
  { level, index }: Pick<TileAddress, 'level' | 'index'>,
  size: number,
): number {
  const below = level === 'entries' ? 0 : level;
  const nodes = Math.floor(size / TILE_WIDTH ** below);
  return Math.max(0, Math.min(TILE_WIDTH, nodes - index * TILE_WIDTH));
}
