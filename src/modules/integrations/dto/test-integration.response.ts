import { DeliveryTestResponse } from '../../runs/channels/delivery-test.contract.js';

/** What was sent to an integration in a test and what came back. */
export class TestIntegrationResponse extends DeliveryTestResponse {}
