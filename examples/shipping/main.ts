import { appSettings } from '@charsu/sdk'
import { serve } from '@charsu/sdk/node'
import pg from 'pg'
import { GRANTS_TABLE, PostgresGrants } from './postgres-grants.ts'
import { createShipping } from './shipping.ts'

const { DATABASE_URL, PORT = '3000', CARRIER_SECRET = crypto.randomUUID() } = process.env

/** Consents outlast a restart where there is a database. */
async function storedGrants(connectionString: string): Promise<PostgresGrants> {
  const pool = new pg.Pool({ connectionString })
  await pool.query(GRANTS_TABLE)
  return new PostgresGrants(pool)
}

const settings = appSettings(process.env)
const grants = DATABASE_URL ? await storedGrants(DATABASE_URL) : undefined
const app = createShipping({ ...settings, grants }, { carrierSecret: CARRIER_SECRET })
const { url } = await serve(app, { port: Number(PORT) })
console.log(`shipping listens at ${url}; the carrier's secret is ${CARRIER_SECRET}`)
