import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SipHeaders } from './headers.ts'

const some = () =>
  new SipHeaders().append('v', 'one').append('To', 'somebody').append('Via', 'two').append('constructor', 'mine')

test('names compare without regard to case, and compact forms are their long names', () => {
  assert.deepEqual(some().all('VIA'), ['one', 'two'])
  assert.equal(some().get('t'), 'somebody')
  assert.equal(some().has('Subject'), false)
  assert.equal(some().get('CONSTRUCTOR'), 'mine', 'a name is never one of an object of the language')
})

test('fields keep their order and their spelling', () => {
  assert.deepEqual(
    [...some()],
    [
      ['v', 'one'],
      ['To', 'somebody'],
      ['Via', 'two'],
      ['constructor', 'mine'],
    ],
  )
})

test('set replaces all values where the first one stood', () => {
  const headers = some().set('Via', 'only')
  assert.deepEqual([...headers][0], ['Via', 'only'])
  assert.equal(headers.size, 3)
  assert.equal(headers.set('Subject', 'new').get('s'), 'new')
})

test('values come and go at the front', () => {
  const headers = some().prepend('Via', 'zero')
  assert.equal(headers.shift('v'), 'zero')
  assert.equal(headers.shift('v'), 'one')
  assert.equal(headers.shift('Subject'), undefined)
  assert.deepEqual(headers.all('Via'), ['two'])
})

test('a copy goes its own way', () => {
  const headers = some()
  headers.copy().delete('Via').append('Subject', 'x')
  assert.equal(headers.size, 4)
  assert.equal(headers.has('Subject'), false)
})
