/**
 * What messages have in common, so that none of them has to store it. Part of the storage format: rows packed with it
 * can only be read with it, so this text is never edited; a better one becomes version 2 beside it.
 */
export const dictionaryV1 = [
  '"error":"description":"level":"code":"context":"acknowledged":"queueItemId":"downlinkId":"fCntDown":"gatewayId":',
  '"margin":"externalPowerSource":false"batteryLevelUnavailable":false,"batteryLevel":"joinServerContext":"relayRxInfo":',
  '"battery":100,"voltage":3.6,"pressure":1013.25,"co2":420,"illuminance":"motion":"pulses":"counter":"latitude":"longitude":',
  '"altitude":"accuracy":"source":"UNKNOWN","fineTimeSinceGpsEpoch":"timeSinceGpsEpoch":"board":"antenna":"uncertain":',
  '{"event_id":"019aa0","event":"telemetry","event":"up","time":"2026-01-01T00:00:00.000Z","received_at":"2026-01-01T00:00:00.000Z",',
  '"device":{"id":"019aa0","name":"sensor-","dev_eui":"A84041","mac":null,"uuid":null,"serial":null,"labels":["temperature"],',
  '"profile":null,"metadata":{},"location":null},"data":{"temperature":21.5,"temperatureF":"humidity":40,"battery":98},"payload":"AQ==",',
  '"f_port":2,"f_cnt":1,"dr":5,"adr":true,"confirmed":false,"rx_info":[{"gateway_id":"uplink_id":"gw_time":"ns_time":"rssi":-100,"snr":',
  '"channel":"rf_chain":"location":{"latitude":"longitude":},"context":"metadata":{"region_common_name":"EU868","region_config_id":"eu868"},',
  '"crc_status":"CRC_OK"}],"tx_info":{"frequency":868100000,"modulation":{"lora":{"bandwidth":125000,"spreading_factor":7,"code_rate":"CR_4_5"}}},',
  '"device_info":{"tenant_id":"tenant_name":"application_id":"application_name":"device_profile_id":"device_profile_name":"device_name":"dev_eui":',
  '"device_class_enabled":"CLASS_A","tags":{}},"deduplication_id":"',
  '{"deduplicationId":"","time":"2026-11-20T10:00:00.123456789+00:00","deviceInfo":{"tenantId":"52f14cd4-c6f1-4fbd-8f87-4025e1d49242",',
  '"tenantName":"ChirpStack","applicationId":"","applicationName":"","deviceProfileId":"","deviceProfileName":"","deviceName":"","devEui":"a84041',
  '","deviceClassEnabled":"CLASS_C","deviceClassEnabled":"CLASS_A","tags":{"key":"value"}},"devAddr":"00","adr":true,"dr":0,"dr":5,"fCnt":1,"fPort":2,',
  '"confirmed":false,"data":"AQ==","object":{"temperature":21.5,"humidity":40.0,"battery":98.0},"rxInfo":[{"gatewayId":"0016c001f1","uplinkId":',
  '"gwTime":"2026-11-20T10:00:00.123456+00:00","nsTime":"2026-11-20T10:00:00.123456789+00:00","rssi":-100,"snr":10.5,"channel":2,"rfChain":1,',
  '"location":{"latitude":52.1,"longitude":4.9,"altitude":10.0},"context":"AAAAAA==","metadata":{"region_common_name":"US915","region_config_id":"us915_0",',
  '"metadata":{"region_common_name":"EU868","region_config_id":"eu868"},"crcStatus":"CRC_OK"}],"txInfo":{"frequency":868100000,"modulation":{"lora":{',
  '"bandwidth":125000,"spreadingFactor":7,"codeRate":"CR_4_5"}}},"regionConfigId":"eu868"}',
].join('');
