/**
 * The minutes in which a device's next message is expected, as SQL: its own, else its profile's; NULL: it is never late.
 * `device` and `profile` are aliases of rows of devices and device_profiles, the latter by a LEFT JOIN (see joinProfile).
 *
 * @example SELECT d.id, ${effectiveInterval('d', 'p')} AS minutes FROM devices d ${joinProfile('d', 'p')}
 */
export function effectiveInterval(device: string, profile: string): string {
  return `COALESCE(${device}.expected_transmit_time, ${profile}.expected_interval)`;
}

/** The profile of a device, if it has one that is still there. */
export function joinProfile(device: string, profile: string): string {
  return `LEFT JOIN device_profiles ${profile} ON ${profile}.tenant_id = ${device}.tenant_id
    AND ${profile}.id = ${device}.profile_id AND ${profile}.deleted_at IS NULL`;
}
