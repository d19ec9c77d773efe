import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { searchTypes, type SearchList, type SearchType } from '../search-type.js';
import type { SearchHit } from '../search.repository.js';

/** One thing that was found. */
export class SearchHitResponse {
  @ApiProperty({ format: 'uuid' })
  id: string;

  @ApiProperty({ enum: Object.values(searchTypes), example: 'device' })
  type: SearchType;

  @ApiProperty({ example: 'Greenhouse 3, north' })
  name: string;

  @ApiProperty({ type: String, nullable: true })
  description: string | null;

  @ApiPropertyOptional({ type: String, nullable: true, description: 'Of a device.', example: '24E124136D151234' })
  dev_eui?: string | null;

  @ApiPropertyOptional({ type: String, nullable: true, description: 'Of a device.', example: 'a4-cf-12-6b-00-7e' })
  mac?: string | null;

  @ApiPropertyOptional({ type: String, nullable: true, description: 'Of a device.', example: 'SN-004711' })
  serial?: string | null;

  @ApiPropertyOptional({ type: String, description: 'Of a device, a flow or an integration.', example: 'online' })
  status?: string | null;

  @ApiPropertyOptional({ type: String, nullable: true, description: 'Of a label.', example: '#2e7d32' })
  color?: string | null;

  constructor({ id, type, name, details }: SearchHit) {
    this.id = id;
    this.type = type;
    this.name = name;
    this.description = details['description'] ?? null;
    for (const part of ['dev_eui', 'mac', 'serial', 'status', 'color'] as const) {
      const value = details[part];
      if (value !== undefined) this[part] = value;
    }
  }
}

/** What was found, best first; a list for each type that was asked for. */
export class SearchResponse implements Partial<Record<SearchList, SearchHitResponse[]>> {
  @ApiPropertyOptional({ type: [SearchHitResponse] })
  devices?: SearchHitResponse[];

  @ApiPropertyOptional({ type: [SearchHitResponse] })
  functions?: SearchHitResponse[];

  @ApiPropertyOptional({ type: [SearchHitResponse] })
  flows?: SearchHitResponse[];

  @ApiPropertyOptional({ type: [SearchHitResponse] })
  integrations?: SearchHitResponse[];

  @ApiPropertyOptional({ type: [SearchHitResponse] })
  labels?: SearchHitResponse[];

  @ApiPropertyOptional({ type: [SearchHitResponse] })
  places?: SearchHitResponse[];

  constructor(hits: ReadonlyMap<SearchList, readonly SearchHit[]>) {
    for (const [list, found] of hits) this[list] = found.map((hit) => new SearchHitResponse(hit));
  }
}
