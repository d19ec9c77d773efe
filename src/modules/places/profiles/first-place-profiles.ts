import { Injectable, type OnModuleInit } from '@nestjs/common';
import { newId } from '../../../core/ids/uuid-v7.js';
import { Clock } from '../../../core/time/clock.js';
import { TenantSetups } from '../../auth/tenant-setups.service.js';

const names = ['Country', 'State'];

/** Gives each new tenant the kinds of places that every hierarchy begins with. */
@Injectable()
export class FirstPlaceProfiles implements OnModuleInit {
  constructor(
    private readonly setups: TenantSetups,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.setups.register(async (tx, tenant) => {
      const nowMs = this.clock.nowMs();
      await tx.query(
        'INSERT INTO place_profiles (id, tenant_id, name) SELECT id, $1, name FROM unnest($2::uuid[], $3::text[]) AS p (id, name)',
        [tenant.id, names.map(() => newId(nowMs)), names],
      );
    });
  }
}
