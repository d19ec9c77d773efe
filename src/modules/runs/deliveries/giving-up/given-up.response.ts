import { ApiProperty } from '@nestjs/swagger';

/** How many deliveries failed because they were given up. */
export class GivenUpResponse {
  @ApiProperty({ example: 12 })
  given_up: number;

  constructor(givenUp: number) {
    this.given_up = givenUp;
  }
}
