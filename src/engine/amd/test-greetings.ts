/**
 * What people and machines say when they answer. A machine's greeting is a list of sentences, between which it may rest.
 */

/** Within the two seconds that people take. */
export const PEOPLE_SHORT: readonly (readonly string[])[] = [
  ['Hello?'],
  ['Hello.'],
  ['Hi.'],
  ['Hi, this is Anna.'],
  ['Smith speaking.'],
  ['Yes?'],
  ['Yeah, hello?'],
  ['Good morning.'],
  ['Good evening, Miller.'],
  ['Jonathan Baker.'],
  ['Hello, Peter speaking.'],
  ['This is Maria.'],
  ['Hey, what is up?'],
  ['Yes, who is it?'],
  ['Hello, who is calling?'],
  ['Reception.'],
  ['Carter and Sons.'],
  ['Speaking.'],
  ['Hello, Tom here.'],
  ['Good afternoon, Lisa speaking.'],
  ['Oh, hi there.'],
  ['Front desk, hello?'],
  ['Hello', 'hello?'],
  ['Hello?', 'Who is there?'],
  ['Yes', 'hello?'],
  ['Hi', 'this is Bob.'],
]

export const PEOPLE_LONG: readonly (readonly string[])[] = [
  ['Good morning, thank you for calling Green Valley Motors, this is Susan. How can I help you?'],
  ['Moon Cheese Company, my name is Peter, what can I do for you?'],
  ['Good afternoon, Baker and Partners.'],
  ['City Dental Care, Rachel speaking, how may I help?'],
  ['Thank you for calling the Grand Hotel. You are speaking with Martin. How may I direct your call?'],
  ['Hello, Doctor Brown speaking.'],
  ['Good evening, Harbour Street Pizza, would you like to order?'],
  ['Customer service, this is Daniel, may I have your name please?'],
  ['Hello, you are through to the accounts department, Karen speaking.'],
  ['Hi, sorry, hold on a second, I am just closing the door.'],
  ['Northern Lights Travel, good morning.'],
  ['Hello, this is the Wilson residence.'],
]

export const MACHINES: readonly (readonly string[])[] = [
  ["Hi, you've reached Bob and Alice.", 'We are not at home.', 'Leave a message after the beep.'],
  ["Hello, this is John. I can't take your call right now.", 'Please leave a message and I will call you back.'],
  ['Your call has been forwarded to an automatic voice message system.', 'At the tone, please record your message.'],
  ['The person you are calling is not available.', 'Please leave a message after the tone.'],
  ['You have reached the voicemail of Ada Lovelace.', 'Please leave your name and number after the tone.'],
  [
    'Thank you for calling Carter and Sons.',
    'Our offices are closed.',
    'Please leave a message or try again tomorrow.',
  ],
  ["Hey, it's Mike. You know what to do.", 'Wait for the beep.'],
  ['Hi there, sorry I missed you.', 'Leave your name, your number and a short message, and have a great day.'],
  ['This is the answering machine of the Miller family.', 'We look forward to your message.'],
  ['The number you have dialed, five five five, one two three four, is not available.', 'Please record your message.'],
  ['Welcome to the mailbox of extension four two seven.', 'To leave a message, wait for the tone.'],
  [
    'Hello.',
    "You've called Maria Gonzalez at Northern Lights Travel.",
    'I am on holiday until Monday.',
    'Please try later.',
  ],
]

/** Shorter than the speech threshold: only the beep gives them away. */
export const MACHINES_SHORT: readonly (readonly string[])[] = [
  ['Leave a message.'],
  ['You know what to do.'],
  ['After the beep, please.'],
]
