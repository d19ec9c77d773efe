import { Injectable } from '@nestjs/common';
import type { Row } from '../../../core/database/row.js';
import type { Tx } from '../../../core/database/tx.js';
import type { FieldError } from '../../../core/errors/app-error.js';
import type { Tenant } from '../../../core/tenancy/tenant.js';
import type { KnownDeviceProfile } from '../profiles/device-profile.entity.js';
import { DeviceProfilesService } from '../profiles/device-profiles.service.js';
import type { ImportedDevice } from './dto/imported-device.js';

interface NamedRow {
  id: string;
  name: string;
}

/** What the rows of a batch name, by id and by name. */
export class References {
  constructor(
    private readonly labels: readonly NamedRow[],
    private readonly places: readonly NamedRow[],
    readonly profiles: ReadonlyMap<string, KnownDeviceProfile>,
  ) {}

  /** The request with ids in the place of names, and every name that leads nowhere. */
  resolve({ labels, profile, place, ...request }: Row<ImportedDevice>): {
    request: Row<ImportedDevice>;
    errors: FieldError[];
  } {
    const errors: FieldError[] = [];
    const only = (path: string, what: string, found: readonly NamedRow[]): string | null => {
      if (found.length === 0) errors.push({ path, message: `there is no such ${what}` });
      if (found.length > 1) errors.push({ path, message: `more than one ${what} is called so: name its id` });
      return found[0]?.id ?? null;
    };
    if (labels !== undefined) {
      const ids = (labels ?? []).map((name, index) => only(`labels.${index}`, 'label', matching(this.labels, name)));
      request.label_ids = [...(request.label_ids ?? []), ...ids.filter((id) => id !== null)];
    } else {
      request.label_ids?.forEach((id, index) => only(`label_ids.${index}`, 'label', matching(this.labels, id)));
    }
    const profileName = profile ?? request.profile_id;
    if (typeof profileName === 'string') {
      request.profile_id = only('profile', 'device profile', matching([...this.profiles.values()], profileName));
    } else if (profile === null) request.profile_id = null;
    // An id of where the file came from says nothing here, if the name does.
    const byId = typeof request.place_id === 'string' ? matching(this.places, request.place_id) : [];
    if (byId.length > 0) request.place_id = byId[0]?.id ?? null;
    else if (typeof place === 'string') request.place_id = only('place', 'place', matching(this.places, place));
    else if (typeof request.place_id === 'string') only('place_id', 'place', []);
    else if (place === null) request.place_id = null;
    return { request, errors };
  }
}

const byName = (table: string, name: string) =>
  `SELECT id, name FROM ${table} WHERE tenant_id = $1 AND deleted_at IS NULL
   AND (${name} = ANY ($2::text[]) OR id = ANY ($3::uuid[])) ORDER BY id FOR SHARE`;
const idPattern = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Finds what a batch names, all at once, and keeps it from being deleted until the transaction ends. */
@Injectable()
export class DeviceReferences {
  constructor(private readonly profiles: DeviceProfilesService) {}

  /** `profileIds`: of the devices that are there already. */
  async find(
    tx: Tx,
    tenant: Tenant,
    requests: readonly Row<ImportedDevice>[],
    profileIds: readonly string[],
  ): Promise<References> {
    const ask = async (sql: string, names: string[]): Promise<NamedRow[]> =>
      names.length === 0 ? [] : tx.query(sql, [tenant.id, names, names.filter((name) => idPattern.test(name))]);
    const labels = await ask(
      byName('labels', 'name'),
      requests.flatMap(({ labels: named, label_ids: ids }) => [...(named ?? []), ...(ids ?? [])]),
    );
    const profileNames = requests.flatMap(({ profile, profile_id: id }) =>
      [profile, id].filter((one) => typeof one === 'string'),
    );
    const profiles = await ask(byName('device_profiles', 'name'), profileNames);
    const wanted = new Set([...profiles.map(({ id }) => id), ...profileIds]);
    const known = await this.profiles.findForUse(tx, tenant, [...wanted]);
    const placeNames = requests.flatMap(({ place, place_id: id }) =>
      [place?.toLowerCase(), id].filter((one) => typeof one === 'string'),
    );
    const defaults = known.flatMap(({ defaultPlaceId }) => (defaultPlaceId === null ? [] : [defaultPlaceId]));
    const places = await ask(byName('places', 'lower(name)'), [...placeNames, ...defaults]);
    return new References(labels, places, new Map(known.map((profile) => [profile.id, profile])));
  }
}

/** An id means one row; a name may mean several. Names of labels and profiles have but one spelling. */
function matching<Named extends NamedRow>(rows: readonly Named[], name: string): Named[] {
  const byId = rows.filter(({ id }) => id === name.toLowerCase());
  if (byId.length > 0) return byId;
  const exact = rows.filter((row) => row.name === name);
  return exact.length > 0 ? exact : rows.filter((row) => row.name.toLowerCase() === name.toLowerCase());
}
