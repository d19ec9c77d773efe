import type { PlaceLocation } from '../place.entity.js';

/** A place as the tree is drawn from it. */
export interface BranchRow {
  id: string;
  name: string;
  parentId: string | null;
  profileId: string | null;
  profileName: string | null;
  location: PlaceLocation | null;
}

/** A place with all that is below it. */
export interface Branch extends BranchRow {
  /** Devices that stand directly in it. */
  deviceCount: number;
  /** Those and the devices in all places below it. */
  totalDeviceCount: number;
  childCount: number;
  contains: Branch[];
}

/**
 * Hangs the rows below one another; whose parent is not among them stands at the top. Siblings are in the order of
 * their names. Levels beyond `depth` are left out of the picture and kept in the counts.
 */
export function branchesOf(
  rows: readonly BranchRow[],
  deviceCounts: ReadonlyMap<string, number>,
  depth: number,
): Branch[] {
  const known = new Set(rows.map(({ id }) => id));
  const below = new Map<string | null, BranchRow[]>();
  for (const row of rows) {
    const parent = row.parentId !== null && known.has(row.parentId) ? row.parentId : null;
    const siblings = below.get(parent) ?? [];
    below.set(parent, siblings);
    siblings.push(row);
  }
  const branch = (row: BranchRow, levels: number): Branch => {
    const children = inOrder(below.get(row.id)).map((child) => branch(child, levels - 1));
    const deviceCount = deviceCounts.get(row.id) ?? 0;
    return {
      ...row,
      deviceCount,
      totalDeviceCount: children.reduce((sum, child) => sum + child.totalDeviceCount, deviceCount),
      childCount: children.length,
      contains: levels > 1 ? children : [],
    };
  };
  return inOrder(below.get(null)).map((row) => branch(row, depth));
}

function inOrder(rows: readonly BranchRow[] = []): BranchRow[] {
  return [...rows].sort((one, other) => one.name.localeCompare(other.name, 'en') || (one.id < other.id ? -1 : 1));
}
