"""Drives a running platform with the official Python client; prints what it saw as JSON. Arguments: url sid token app."""
import json
import sys
import time

from twilio.base.exceptions import TwilioRestException
from twilio.request_validator import RequestValidator
from twilio.rest import Client

url, account_sid, auth_token, app_url = sys.argv[1:5]
client = Client(account_sid, auth_token)
client.api.base_url = url
seen = {}

number = client.incoming_phone_numbers.list(phone_number="+15005550006")[0]
number.update(voice_url=app_url + "/voice")

call = client.calls.create(
    to="+15551230001",
    from_="+15005550006",
    url=app_url + "/voice",
    status_callback=app_url + "/status",
    status_callback_event=["initiated", "ringing", "answered", "completed"],
)
seen["created"] = [call.status, call.direction, call.date_created]
for _ in range(500):
    call = client.calls(call.sid).fetch()
    if call.status == "completed":
        break
    time.sleep(0.02)
seen["fetched"] = [call.status, call.duration, call.start_time.isoformat()]
seen["sid"] = call.sid
seen["listed"] = [other.sid for other in client.calls.list(status="completed")]
# A callback is listed once it has been answered, which may be a moment after the call ended.
for _ in range(500):
    events = client.calls(call.sid).events.list()
    if len(events) == 6:
        break
    time.sleep(0.02)
seen["events"] = [event.response["response_code"] for event in events]
try:
    client.calls(call.sid).update(url=app_url + "/voice")
except TwilioRestException as refused:
    seen["refused"] = [refused.status, refused.code]

validator = RequestValidator(auth_token)
seen["signed"] = []
for line in sys.stdin:
    request = json.loads(line)
    seen["signed"].append(validator.validate(request["url"], request["parameters"], request["signature"]))

client.calls(call.sid).delete()
seen["left"] = len(client.calls.list())
print(json.dumps(seen))
