/*
 * Stands in for AWS STS on a laptop: answers AssumeRole with credentials that a stand-in for Kinesis takes, and prints who asked
 * for which role with which external id. It checks no signature. No dependencies; PORT chooses the port.
 */
import { createServer } from 'node:http'

const { PORT = '4566' } = process.env
const ANSWER = `<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
  <AssumeRoleResult>
    <Credentials>
      <AccessKeyId>ASIAEXAMPLE</AccessKeyId>
      <SecretAccessKey>example</SecretAccessKey>
      <SessionToken>example</SessionToken>
      <Expiration>2099-01-01T00:00:00Z</Expiration>
    </Credentials>
  </AssumeRoleResult>
  <ResponseMetadata><RequestId>00000000-0000-0000-0000-000000000000</RequestId></ResponseMetadata>
</AssumeRoleResponse>`

const server = createServer(async (request, response) => {
  const chunks = []
  for await (const chunk of request) chunks.push(chunk)
  const form = new URLSearchParams(Buffer.concat(chunks).toString())
  if (form.get('Action') !== 'AssumeRole') return response.writeHead(400).end()
  console.log(`${form.get('RoleArn')} is assumed with external id ${form.get('ExternalId')}`)
  response.writeHead(200, { 'content-type': 'text/xml' }).end(ANSWER)
})

server.listen(Number(PORT), '127.0.0.1', () => console.log(`Roles are assumed at http://127.0.0.1:${PORT}`))
