import { ApiProperty } from '@nestjs/swagger';
import type { ImportedOutcome } from '../place-import.service.js';

export const placeActions = ['created', 'updated', 'unchanged'] as const;

/** What became of one place of a file. */
export class ImportedPlaceResponse {
  @ApiProperty({ type: [String], description: 'Its name, behind those of the places above it.', example: ['NL'] })
  path: string[];

  @ApiProperty({ enum: placeActions })
  action: (typeof placeActions)[number];

  @ApiProperty({ type: String, format: 'uuid', nullable: true, description: 'Null where a dry run would make it.' })
  id: string | null;

  constructor({ path, action, id }: ImportedOutcome) {
    this.path = path;
    this.action = action;
    this.id = id;
  }
}

/** What became of a file of places. */
export class PlaceImportResponse {
  @ApiProperty()
  dry_run: boolean;

  @ApiProperty({ example: 14 })
  created: number;

  @ApiProperty({ example: 2 })
  updated: number;

  @ApiProperty({ example: 120 })
  unchanged: number;

  @ApiProperty({ type: [ImportedPlaceResponse], description: 'Each place, those above first.' })
  places: ImportedPlaceResponse[];

  constructor(outcomes: readonly ImportedOutcome[], dryRun: boolean) {
    const count = (wanted: string) => outcomes.filter(({ action }) => action === wanted).length;
    this.dry_run = dryRun;
    this.created = count('created');
    this.updated = count('updated');
    this.unchanged = count('unchanged');
    this.places = outcomes.map((outcome) => new ImportedPlaceResponse(outcome));
  }
}
