/** Where a source stands on its thread, and whether it must be brought there first. */
export interface WarmPlace {
  place: number;
  isNew: boolean;
}

interface Holder {
  place: number;
  tenantId: string;
}

/**
 * Which sources one thread holds: the least recently used gives way, and a tenant that has half of the places gives way to itself.
 *
 * The pool decides and the thread obeys, so both always agree as long as messages arrive in order.
 */
export class WarmShelf {
  /** In order of use, the latest last. */
  private readonly holders = new Map<string, Holder>();

  constructor(private readonly places: number) {}

  has(key: string): boolean {
    return this.holders.has(key);
  }

  use(key: string, tenantId: string): WarmPlace {
    const held = this.holders.get(key);
    if (held !== undefined) {
      this.holders.delete(key);
      this.holders.set(key, held);
      return { place: held.place, isNew: false };
    }
    const place = this.freePlace(tenantId);
    this.holders.set(key, { place, tenantId });
    return { place, isNew: true };
  }

  private freePlace(tenantId: string): number {
    const ofTenant = [...this.holders].filter(([, holder]) => holder.tenantId === tenantId);
    if (ofTenant.length >= Math.max(1, Math.floor(this.places / 2))) return this.evict(ofTenant[0]);
    if (this.holders.size < this.places) return this.holders.size;
    const [oldest] = this.holders;
    return this.evict(oldest);
  }

  private evict(entry: [string, Holder] | undefined): number {
    if (entry === undefined) return 0;
    this.holders.delete(entry[0]);
    return entry[1].place;
  }
}
