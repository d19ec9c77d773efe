import { Injectable } from '@nestjs/common';
import { csvCell } from '../../../core/csv/csv-cell.rules.js';
import type { Tenant } from '../../../core/tenancy/tenant.js';
import type { PlaceLocation } from '../place.entity.js';
import { PlaceNotFound } from '../place.errors.js';
import { maxDepth } from '../place-tree.js';
import { branchesOf, type Branch } from '../tree/place-branch.rules.js';
import { PlaceBranchesRepository } from '../tree/place-branches.repository.js';
import type { ExportPlacesQuery } from './dto/transfer-places.query.js';
import { pathCell } from './place-path.rules.js';

const placesAtOnce = 500;
const header = 'path,profile,description,latitude,longitude,altitude,attributes\r\n';

/** One place in the file. */
interface Exported {
  name: string;
  path: string[];
  profile: string | null;
  description: string | null;
  location: PlaceLocation | null;
  attributes: object;
}

/** Writes a tree of places as a file that the import takes, a few hundred in memory at a time. */
@Injectable()
export class PlaceExport {
  constructor(private readonly branches: PlaceBranchesRepository) {}

  /** Who asks for a place that is not there is told before the file begins. */
  async lines(tenant: Tenant, { root, format }: ExportPlacesQuery): Promise<AsyncGenerator<string>> {
    const rows = await this.branches.rows(tenant, root ?? null, null);
    if (root !== undefined && rows.length === 0) throw new PlaceNotFound();
    const places = this.read(tenant, flattened(branchesOf(rows, new Map(), maxDepth), []));
    return format === 'csv' ? csvOf(places) : jsonOf(places);
  }

  private async *read(tenant: Tenant, placed: readonly Placed[]): AsyncGenerator<Exported> {
    for (let from = 0; from < placed.length; from += placesAtOnce) {
      const some = placed.slice(from, from + placesAtOnce);
      const details = await this.branches.details(
        tenant,
        some.map(({ branch }) => branch.id),
      );
      for (const { branch, path } of some) {
        const { description = null, attributes = {} } = details.get(branch.id) ?? {};
        const { name, profileName: profile, location } = branch;
        yield { name, path, profile, description, location, attributes };
      }
    }
  }
}

interface Placed {
  branch: Branch;
  path: string[];
}

/** Each place before those below it. */
function flattened(branches: readonly Branch[], above: readonly string[]): Placed[] {
  return branches.flatMap((branch) => {
    const path = [...above, branch.name];
    return [{ branch, path }, ...flattened(branch.contains, path)];
  });
}

async function* csvOf(places: AsyncIterable<Exported>): AsyncGenerator<string> {
  yield header;
  for await (const { path, profile, description, location, attributes } of places) {
    const { latitude = null, longitude = null, altitude = null } = location ?? {};
    const json = Object.keys(attributes).length === 0 ? null : JSON.stringify(attributes);
    const cells = [
      pathCell(path),
      profile,
      description === '' ? null : description,
      latitude,
      longitude,
      altitude,
      json,
    ];
    yield `${cells.map(csvCell).join(',')}\r\n`;
  }
}

/** As deep as the tree, with what each contains behind what it is. */
async function* jsonOf(places: AsyncIterable<Exported>): AsyncGenerator<string> {
  yield '[';
  let depth = 0;
  for await (const { path, ...place } of places) {
    if (depth > 0) yield `${']}'.repeat(Math.max(0, depth - path.length + 1))}${path.length <= depth ? ',' : ''}`;
    yield `\n${'  '.repeat(path.length - 1)}${JSON.stringify(place).slice(0, -1)},"contains":[`;
    depth = path.length;
  }
  yield `${']}'.repeat(depth)}]\n`;
}
