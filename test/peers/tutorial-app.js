/* A phone menu as tutorials for Twilio write one: requests for TwiML, answered with the official library. PORT and AGENT are its settings. */
import { createServer } from 'node:http'
import twilio from 'twilio'

const { VoiceResponse } = twilio.twiml

const routes = {
  '/ivr/welcome': () => {
    const response = new VoiceResponse()
    const gather = response.gather({ action: '/ivr/menu', numDigits: 1, method: 'POST', timeout: 5 })
    gather.say({ loop: 3 }, 'Thanks for calling. Please press 1 for opening hours. Press 2 to talk to a person.')
    return response
  },
  '/ivr/menu': ({ Digits }) => {
    const response = new VoiceResponse()
    if (Digits === '1') {
      response.say({ voice: 'alice', language: 'en-GB' }, 'We are open from nine to five.')
      response.redirect('/ivr/welcome')
    } else if (Digits === '2') {
      response.say('Connecting you now.')
      const dial = response.dial({ action: '/ivr/done', answerOnBridge: true, timeout: 10 })
      dial.sip(process.env.AGENT)
    } else {
      response.say('Returning to the main menu.')
      response.redirect('/ivr/welcome')
    }
    return response
  },
  '/ivr/done': ({ DialCallStatus }) => {
    const response = new VoiceResponse()
    response.say(DialCallStatus === 'completed' ? 'Goodbye.' : 'Nobody is free. Please call again later.')
    response.hangup()
    return response
  },
}

const server = createServer(async (request, response) => {
  const chunks = []
  for await (const chunk of request) chunks.push(chunk)
  const parameters = Object.fromEntries(new URLSearchParams(Buffer.concat(chunks).toString()))
  console.log(request.url)
  const answer = routes[request.url]?.(parameters)
  if (!answer) return response.writeHead(404).end()
  response.writeHead(200, { 'Content-Type': 'text/xml' }).end(answer.toString())
})
server.listen(Number(process.env.PORT), '127.0.0.1', () => console.log('listening'))
