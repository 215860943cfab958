"""« Les téléphones » of the demo: one invented phone, and doubles of the providers whose apps are on it.

For whoever has no account there. Nothing goes around the road: what is written on the phone comes in as a provider's own signed call, what the
service sends is taken by the double of that provider. All of it on this machine's own loopback. Nothing outside the demo imports this.
"""
