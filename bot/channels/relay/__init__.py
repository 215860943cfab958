"""SMS and e-mail, for who accepted them where the application does not work: the account "sms" and the account "email", each by an Apprise address.

`settings` costs nothing to import; `channel` leads to Apprise, so only once one of them is on.
"""
